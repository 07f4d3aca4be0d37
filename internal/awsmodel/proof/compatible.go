package proof

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// relation is a rule of AWS between a resource and others, which AWS applies when it creates the resource. Nothing is
// a conflict that is not known.
type relation struct {
	typ string
	ask func(*service, *graph.Resource) (conflict, symptom string) // Empty if there is no conflict.
}

var relations = []relation{
	{graph.TargetGroup, targetsOfFargate},
	{graph.Service, platformOfTask},
	{graph.Subnet, ownAddresses},
	{graph.LoadBalancer, twoZones},
	{graph.DatabaseNet, twoZones},
	{graph.LoadBalancer, plainLogBucket},
	{graph.MountTarget, zoneOfFiles},
	{graph.Database, familyOfParameters},
	{graph.ScalingTarget, scaledService},
	{graph.LogGroup, keyOfLogs},
}

// compatible answers whether the stack's resources go together. It is asked of a preview: AWS has accepted what is in a
// state.
func (s *service) compatible() awsmodel.Answer {
	var answer awsmodel.Answer
	if s.After == nil {
		return answer
	}
	for _, rule := range relations {
		for _, r := range s.Graph.List(rule.typ, s.Region) {
			if !s.answersFor(r) {
				continue
			}
			if conflict, symptom := rule.ask(s, r); conflict != "" {
				return answer.Refute(r.ID, conflict).WithSymptom(symptom)
			}
		}
	}
	return answer.Prove("the stack's resources", "no rule of AWS between two of them is known to be broken")
}

// answersFor reports whether the conflicts of a resource are this service's: each is reported once. It is the service
// that waits for the resource, or else the first one.
func (s *service) answersFor(r *graph.Resource) bool {
	services := s.Graph.List(graph.Service, s.Region)
	i := slices.IndexFunc(services, func(other *graph.Resource) bool { return other == r || other.After[r] })
	return services[max(i, 0)] == s.Resource
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html
func targetsOfFargate(s *service, group *graph.Resource) (conflict, symptom string) {
	for _, b := range s.balancers {
		if b.group != group {
			continue
		}
		if kind := group.Text("targetType"); kind != "" && kind != "ip" {
			return "has target type " + kind + ", but tasks on Fargate are registered by ip",
				"InvalidParameterException: The provided target group has target type " + kind +
					", which is incompatible with the awsvpc network mode specified in the task definition."
		}
		own, theirs := s.vpcOf(s.tasks[0].Interface.Subnets[0]), group.Text("vpcId")
		if own != "" && theirs != "" && own != theirs {
			return "is in " + theirs + ", but the tasks are in " + own,
				"InvalidParameterException: The target group and the tasks must be in the same VPC."
		}
	}
	return "", ""
}

func (s *service) vpcOf(subnet string) string {
	if r := s.Graph.Get(graph.Subnet, s.Region, subnet); r != nil {
		return r.Text("vpcId")
	}
	return ""
}

func platformOfTask(s *service, r *graph.Resource) (conflict, symptom string) {
	definition := s.Graph.Revision(s.Region, r.Text("taskDefinition"))
	if definition == nil {
		return "", ""
	}
	if err := taskdef.CheckPlatform(r.Props, definition.Props); err != nil {
		return err.Error(), "PlatformTaskDefinitionIncompatibilityException: The specified platform version doesn't " +
			"satisfy the required capabilities of the task definition."
	}
	return "", ""
}

// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
func ownAddresses(s *service, subnet *graph.Resource) (conflict, symptom string) {
	addresses, err := netip.ParsePrefix(subnet.Text("cidrBlock"))
	if err != nil || !subnet.Planned() {
		return "", ""
	}
	for _, other := range s.Graph.List(graph.Subnet, s.Region) {
		theirs, err := netip.ParsePrefix(other.Text("cidrBlock"))
		if err == nil && other != subnet && other.Text("vpcId") == subnet.Text("vpcId") && theirs.Overlaps(addresses) {
			return fmt.Sprintf("%s has addresses of %s: %s", addresses, other.ID, theirs),
				fmt.Sprintf("InvalidSubnet.Conflict: The CIDR '%s' conflicts with another subnet", addresses)
		}
	}
	return "", ""
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
func twoZones(s *service, r *graph.Resource) (conflict, symptom string) {
	property, refused := "subnets", "ValidationError: At least two subnets in two different Availability Zones must be "+
		"specified"
	if r.Type == graph.DatabaseNet {
		property, refused = "subnetIds", "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability "+
			"Zone (AZ) coverage requirement."
	}
	ids, zones := r.Strings(property), map[string]bool{}
	for _, id := range ids {
		subnet := s.Graph.Get(graph.Subnet, s.Region, id)
		if subnet == nil || subnet.Text("availabilityZone") == "" {
			return "", ""
		}
		zones[subnet.Text("availabilityZone")] = true
	}
	if s.outside(r, zones) {
		return "", "" // The check "targets" reports it.
	}
	if kind := r.Text("loadBalancerType"); len(zones) != 1 || kind != "" && kind != "application" {
		return "", ""
	}
	return "has subnets in one zone, and needs two", refused
}

// outside reports whether tasks behind a load balancer are in a zone that it does not have.
func (s *service) outside(r *graph.Resource, zones map[string]bool) bool {
	return slices.ContainsFunc(s.balancers, func(b balancer) bool { return b.Resource == r }) &&
		slices.ContainsFunc(s.tasks, func(t readiness.Task) bool {
			subnet := s.Graph.Get(graph.Subnet, s.Region, t.Interface.Subnets[0])
			return subnet != nil && !zones[subnet.Text("availabilityZone")]
		})
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func plainLogBucket(s *service, balancer *graph.Resource) (conflict, symptom string) {
	logs := balancer.Object("accessLogs")
	bucket := logs.Text("bucket")
	for _, encryption := range s.Graph.All(graph.BucketEncryption) {
		if !logs.True("enabled") || bucket == "" || encryption.Text("bucket") != bucket {
			continue
		}
		for _, rule := range encryption.Objects("rules") {
			method := rule.Object("applyServerSideEncryptionByDefault").Text("sseAlgorithm")
			if strings.HasPrefix(method, "aws:kms") {
				return "bucket " + bucket + " is encrypted with " + method + ", but access logs need AES256",
					"InvalidConfigurationRequest: Access Denied for bucket: " + bucket + ". Please check S3bucket permission"
			}
		}
	}
	return "", ""
}

// https://docs.aws.amazon.com/efs/latest/ug/manage-fs-access.html
func zoneOfFiles(s *service, target *graph.Resource) (conflict, symptom string) {
	files := s.Graph.Get(graph.FileSystem, s.Region, target.Text("fileSystemId"))
	subnet := s.Graph.Get(graph.Subnet, s.Region, target.Text("subnetId"))
	if files == nil || subnet == nil {
		return "", ""
	}
	own, there := files.Text("availabilityZoneName"), subnet.Text("availabilityZone")
	if own == "" || there == "" || own == there {
		return "", ""
	}
	return "is in " + there + ", but its file system is in one zone, " + own,
		"AvailabilityZonesMismatch: the mount target must be in the zone of a One Zone file system"
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
func familyOfParameters(s *service, database *graph.Resource) (conflict, symptom string) {
	name := database.Text("parameterGroupName")
	group := s.Graph.Find(graph.ParameterGroup, s.Region, func(r *graph.Resource) bool {
		return name != "" && (r.ID == name || r.Text("name") == name)
	})
	major, _, _ := strings.Cut(database.Text("engineVersion"), ".")
	if group == nil || major == "" || database.Text("engine") != "postgres" {
		return "", ""
	}
	wanted, family := "postgres"+major, group.Text("family")
	if family == "" || family == wanted {
		return "", ""
	}
	return "runs PostgreSQL " + major + ", but its parameter group " + name + " is of family " + family,
		"InvalidParameterCombination: The parameter group " + name + " with DBParameterGroupFamily " + family +
			" can't be used for this instance. Use a parameter group with DBParameterGroupFamily " + wanted + "."
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
func scaledService(s *service, target *graph.Resource) (conflict, symptom string) {
	id := target.Text("resourceId")
	parts := strings.Split(id, "/")
	if target.Text("serviceNamespace") != "ecs" || strings.Contains(id, ":") || len(parts) != 3 {
		return "", ""
	}
	cluster := s.Graph.Find(graph.Cluster, s.Region, func(r *graph.Resource) bool { return r.Text("name") == parts[1] })
	found := s.Graph.Find(graph.Service, s.Region, func(r *graph.Resource) bool { return r.Text("name") == parts[2] })
	if found != nil || cluster == nil || !cluster.Planned() {
		return "", "" // Another stack may have deployed the service to a cluster that exists.
	}
	return "scales service " + parts[2] + ", which cluster " + parts[1] + " does not have",
		"ValidationException: ECS service doesn't exist: " + id
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/encrypt-log-data-kms.html
func keyOfLogs(s *service, group *graph.Resource) (conflict, symptom string) {
	key := s.Graph.Get(graph.Key, s.Region, group.Text("kmsKeyId"))
	if key == nil || !group.Planned() {
		return "", ""
	}
	arn := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:%s", s.Partition, s.Region, s.Account, group.Text("name"))
	service := "logs." + s.Region + ".amazonaws.com"
	admits := identity.AdmitsService(key, service, "kms:GenerateDataKey",
		map[string]string{"kms:EncryptionContext:aws:logs:arn": arn})
	if admits.Verdict != awsmodel.Refuted {
		return "", ""
	}
	return "has key " + key.Text("arn") + ", whose policy does not admit " + service,
		"AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn '" + arn + "'"
}
