package proof

import (
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
)

// attachments are the types of resources that complete another one, which the service uses, and the property that names
// that one. The program mentions them nowhere in the service, so that only an explicit order makes the service wait.
var attachments = []struct{ typ, property string }{
	{graph.RolePolicy, "role"},
	{graph.PolicyAttachment, "role"},
	{graph.EgressRule, "securityGroupId"},
	{graph.IngressRule, "securityGroupId"},
	{graph.IngressRule, "referencedSecurityGroupId"},
	{graph.SecurityGroupRule, "securityGroupId"},
	{graph.SecurityGroupRule, "sourceSecurityGroupId"},
	{graph.RouteTableAssociation, "subnetId"},
	{graph.Route, "routeTableId"},
	{graph.VpcEndpoint, "vpcId"},
	{graph.MountTarget, "fileSystemId"},
	{graph.FileSystemPol, "fileSystemId"},
	{graph.Parameter, "name"},
	{graph.LogGroup, "name"},
}

const waits = "Add it to the service's dependsOn"

// ordered answers whether all that the tasks need exists before the service starts them. It is asked where tasks are
// started: for a new service, or a new task definition. It never finds a violation, because Pulumi's SDKs do not record
// at preview what is behind an unknown value: an order that does not show may exist.
func (s *service) ordered() awsmodel.Answer {
	var answer awsmodel.Answer
	if s.After == nil || !s.Planned() && !s.tasks[0].Definition.Planned() {
		return answer
	}
	late := func(r *graph.Resource) bool { return r.Planned() && !s.After[r] }
	for _, entry := range s.Objects("loadBalancers") {
		listener := readiness.Listener(s.Graph, s.Region, entry.Text("targetGroupArn"))
		if listener != nil && late(listener) {
			return answer.Doubt(listener.ID, "nothing shows that the service waits for it. If AWS creates the service first, "+
				"it answers: The target group does not have an associated load balancer. "+waits)
		}
	}
	uses := s.uses()
	for _, a := range attachments {
		for _, r := range s.Graph.All(a.typ) {
			if slices.Contains(uses, r.Text(a.property)) && late(r) {
				return answer.Doubt(r.ID, "nothing shows that the service waits for it. Without it, the first tasks fail. "+waits)
			}
		}
	}
	if !s.containers.OK() {
		return s.containers // They name parameters and log groups.
	}
	return answer.Prove("service "+s.Text("name"), "waits for listeners, rules, policies, routes, parameters and mounts")
}

// uses lists the ids and names of what the service and its tasks use.
func (s *service) uses() []string {
	definition := s.tasks[0].Definition
	var used []string
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		if role := s.Graph.Get(graph.Role, "", definition.Text(property)); role != nil {
			used = append(used, role.ID, role.Text("name"), role.Text("arn"))
		}
	}
	used = append(used, s.Object("networkConfiguration").Strings("securityGroups")...)
	for _, b := range s.balancers {
		used = append(used, b.Strings("securityGroups")...)
	}
	vpc := s.vpcOf(s.tasks[0].Interface.Subnets[0])
	used = append(used, vpc)
	for _, endpoint := range s.Graph.List(graph.VpcEndpoint, s.Region) {
		if endpoint.Text("vpcId") == vpc {
			used = append(used, endpoint.Strings("securityGroupIds")...)
		}
	}
	for _, subnet := range s.Object("networkConfiguration").Strings("subnets") {
		used = append(used, subnet)
		for _, association := range s.Graph.List(graph.RouteTableAssociation, s.Region) {
			if association.Text("subnetId") == subnet {
				used = append(used, association.Text("routeTableId"))
			}
		}
	}
	for _, volume := range definition.Objects("volumes") {
		used = append(used, volume.Object("efsVolumeConfiguration").Text("fileSystemId"))
	}
	for _, c := range s.tasks[0].Containers {
		if logs := c.LogConfiguration; logs != nil {
			used = append(used, logs.Options["awslogs-group"])
		}
		for _, secret := range c.Secrets {
			used = append(used, awsmodel.ParameterOf(secret.ValueFrom))
		}
	}
	return slices.DeleteFunc(used, func(id string) bool { return id == "" })
}
