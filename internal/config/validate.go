package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/enforcement"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// validate checks what the tags of a single field cannot express.
func (d *decoder) validate(c *Config) {
	d.checkStack(c.Stack)
	d.checkPartition(c.Region)
	d.checkRegion("tls.certificateArn", "a certificate", c.TLS.CertificateARN, c.Region)
	d.checkRegion("kmsKeyArn", "a key", c.KMSKeyARN, c.Region)
	d.checkRegion("webAclArn", "a web ACL", c.WebACLARN, c.Region)
	d.checkUnused(c)
	d.checkTLS(c)
	d.checkPolicy(c.Policy)
	d.checkVariables(c)
	d.checkSecrets(c)
	d.checkNetwork(c.Network)
	d.checkFargate(c.Service)
	d.checkPorts(c.Service)
	d.checkDatabase(c.Database)
	d.checkHealthCheck(c.Service)
	d.checkStorage(c.Database)
	d.checkOutboundAccess(c)
	d.checkAutoscaling(c)
	d.checkConnections(c)
	d.checkRetention(c.Observability.LogRetentionDays)
	d.checkImage(c)
	d.checkBudget(c.Observability)
	d.checkTags(c.Tags)
}

func (d *decoder) checkStack(name string) {
	if !stackName.MatchString(name) {
		d.reject("stack name", name,
			"must be at most 100 letters, digits and hyphens, starting with a letter, not ending with a hyphen")
	} else if awsmodel.ReservedParameter(name) {
		d.reject("stack name", name, "must not start with aws or ssm, because SSM refuses paths that do")
	}
}

func (d *decoder) checkPartition(region string) {
	if err := awsmodel.CheckPartition(awsmodel.Partition(region)); err != nil {
		d.reject("aws:region", region, err.Error())
	}
}

func (d *decoder) checkFargate(s Service) {
	sizes := awsmodel.FargateMemory(s.CPU)
	if sizes == nil {
		d.reject(ownKey("service.cpu"), s.CPU, "must be one of "+list(awsmodel.FargateCPU()))
	} else if awsmodel.ValidFargateSize(s.CPU, s.Memory) != nil {
		d.reject(ownKey("service.memory"), s.Memory, fmt.Sprintf("must be one of %s with cpu %d", list(sizes), s.CPU))
	}
}

func (d *decoder) checkHealthCheck(s Service) {
	if !awsmodel.ValidHealthCheck(s.HealthCheckTimeout, s.HealthCheckInterval) {
		d.reject(ownKey("service.healthCheckTimeout"), s.HealthCheckTimeout,
			fmt.Sprintf("must be less than healthCheckInterval, %d", s.HealthCheckInterval))
	}
}

func (d *decoder) checkPorts(s Service) {
	if s.DistributionPorts.Contains(livebeats.EpmdPort) {
		d.reject(ownKey("service.distributionPorts"), s.DistributionPorts.String(), "must not contain 4369, the port of epmd")
	}
	switch {
	case s.Port == livebeats.EpmdPort:
		d.reject(ownKey("service.port"), s.Port, "must not be 4369, the port of epmd")
	case s.DistributionPorts.Contains(s.Port):
		d.reject(ownKey("service.port"), s.Port, "must be outside of distributionPorts, "+s.DistributionPorts.String())
	}
}

func (d *decoder) checkPolicy(policy map[string]string) {
	for _, id := range slices.Sorted(maps.Keys(policy)) {
		err := enforcement.Check(id, policy[id])
		if err == nil {
			continue
		}
		if problem, ok := strings.CutPrefix(err.Error(), "is "); ok { // It is about the key, not about its value.
			given, rule, _ := strings.Cut(problem, ": ")
			d.refuse(ownKey("policy."+id), given, rule)
		} else {
			d.reject(ownKey("policy."+id), policy[id], err.Error())
		}
	}
}

func (d *decoder) checkRetention(days int) {
	if !slices.Contains(awsmodel.LogRetentionDays, days) {
		d.reject(ownKey("observability.logRetentionDays"), days, "must be one of "+list(awsmodel.LogRetentionDays))
	}
}

func ownKey(name string) string { return fullKey(Namespace+":", name) }

func list(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

// checkAutoscaling checks the bounds, that there is a metric or a schedule, and that the schedules' names are unique.
func (d *decoder) checkAutoscaling(c *Config) {
	a := c.Autoscaling
	if a.Max == 0 {
		return
	}
	if a.Max < a.Min {
		d.reject(ownKey("autoscaling.max"), a.Max, fmt.Sprintf("must be at least autoscaling.min, %d", a.Min))
	}
	if a.CPUPercent+a.MemoryPercent+a.RequestsPerTarget == 0 && len(a.Schedules) == 0 {
		d.report(ownKey("autoscaling"), "without a metric or schedule",
			"set at least one of cpuPercent, memoryPercent, requestsPerTarget and schedules")
	}
	names := map[string]bool{}
	for i, s := range a.Schedules {
		key := ownKey(fmt.Sprintf("autoscaling.schedules[%d]", i))
		if names[s.Name] {
			d.reject(key+".name", s.Name, "must not be given twice")
		}
		names[s.Name] = true
		if s.Max < s.Min {
			d.reject(key+".max", s.Max, fmt.Sprintf("must be at least its min, %d", s.Min))
		}
	}
}

// builtFor maps the endings of image tags to the architecture that such an image is built for.
var builtFor = map[string]string{"-arm64": "arm64", "-aarch64": "arm64", "-amd64": "x86_64", "-x86_64": "x86_64"}

// checkImage checks what the image's name shows. If the tag names the other architecture, no task would start. In the
// stack's own repository, the tag latest can be pushed only once.
func (d *decoder) checkImage(c *Config) {
	image, err := awsmodel.ParseImage(c.Image)
	if err != nil {
		return
	}
	key, architecture := ownKey("image"), c.Service.Architecture
	for ending, built := range builtFor {
		if strings.HasSuffix(strings.ToLower(image.Tag), ending) && built != architecture {
			d.refuse(key, "tagged "+ending+", but service.architecture is "+architecture, "change one of them")
		}
	}
	latest := image.Digest == "" && (image.Tag == "" || image.Tag == "latest")
	if name := c.Repository.Name; name != "" && latest && image.PrivateECR() && image.Repository == name {
		d.reject(key, c.Image, "must have a tag such as 1.0, or a digest: tags in the repository of repository.name cannot "+
			"be overwritten, so that latest could be pushed only once")
	}
}

// maxTags is AWS's limit of 50, less the three tags that the stack sets and the two that awsx sets.
const maxTags = 45

// checkTags checks the number of tags and that their keys are unique. For IAM, keys that differ only in upper and lower
// case are the same key, and it refuses them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func (d *decoder) checkTags(tags map[string]string) {
	if len(tags) > maxTags {
		d.report(ownKey("tags"), "too long", "must have at most 45 tags: AWS allows 50, of which the stack sets 5")
	}
	taken := map[string]string{
		"project": "the stack sets Project", "stack": "the stack sets Stack", "owner": "set owner instead",
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		lower := strings.ToLower(key)
		if reason, ok := taken[lower]; ok {
			d.report(ownKey("tags."+key), "taken", reason)
		}
		taken[lower] = "it must differ from " + key + " in more than upper and lower case"
	}
}

// checkBudget requires an address, because otherwise nobody would be notified.
func (d *decoder) checkBudget(o Observability) {
	if o.BudgetMonthly > 0 {
		d.needed("observability.alarmEmail", o.AlarmEmail, "observability.budgetMonthly is more than 0")
	}
}
