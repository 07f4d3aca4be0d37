package proof

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/identity"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

// public answers whether browsers reach every listener.
func (s *service) public() awsmodel.Answer {
	var answer awsmodel.Answer
	for _, b := range s.balancers {
		if kind := b.Text("loadBalancerType"); kind != "" && kind != "application" {
			return answer.Doubt("load balancer "+b.Text("name"), "is of type "+kind+", which is not modelled")
		}
		if b.True("internal") {
			return answer.Refute("load balancer "+b.Text("name"), "is internal").
				WithSymptom("the host's name leads to private addresses: browsers time out")
		}
		for _, listener := range b.listeners {
			answer = answer.Then(s.network.FromInternet(b.ends, listener.Int("port"))).
				WithSymptom(fmt.Sprintf("browsers time out on port %d", listener.Int("port")))
			if !answer.OK() {
				return answer
			}
		}
		if forwarded := s.forwarded(b); forwarded.Verdict != "" {
			if answer = answer.Then(forwarded); !answer.OK() {
				return answer
			}
		}
	}
	return answer
}

// hidden answers whether the internet reaches only the load balancer.
func (s *service) hidden() awsmodel.Answer {
	answer := s.everywhere(func(t readiness.Task) awsmodel.Answer { return s.network.Hidden(t.Interface) })
	for _, database := range s.Graph.List(graph.Database, s.Region) {
		var subnets []string
		if group := s.Graph.Get(graph.DatabaseNet, s.Region, database.Text("dbSubnetGroupName")); group != nil {
			subnets = group.Strings("subnetIds")
		}
		answer = answer.Then(s.network.Hidden(network.Interface{
			Name: "database " + cmp.Or(database.Text("identifier"), database.ID), Subnets: subnets,
			Public: database.True("publiclyAccessible"), Groups: database.Strings("vpcSecurityGroupIds"),
		}))
	}
	for _, instance := range s.Graph.List(graph.ClusterInstance, s.Region) {
		ends := network.Interface{Name: "database " + instance.ID, Public: instance.True("publiclyAccessible")}
		if cluster := s.Graph.Get(graph.DatabaseCluster, s.Region, instance.Text("clusterIdentifier")); cluster != nil {
			ends.Groups = cluster.Strings("vpcSecurityGroupIds")
			if group := s.Graph.Get(graph.DatabaseNet, s.Region, cluster.Text("dbSubnetGroupName")); group != nil {
				ends.Subnets = group.Strings("subnetIds")
			}
		}
		if ends.Public && len(ends.Subnets) == 0 {
			return answer.Then(awsmodel.Answer{}.Doubt(ends.Name+" is hidden from the internet",
				"its subnets are not in the stack"))
		}
		answer = answer.Then(s.network.Hidden(ends))
	}
	for _, target := range s.Graph.List(graph.MountTarget, s.Region) {
		answer = answer.Then(s.network.Hidden(network.Interface{Name: target.ID}))
	}
	return answer.WithSymptom("strangers reach it without passing the load balancer").Then(s.closed())
}

// closed answers whether strangers cannot assume the service's roles.
func (s *service) closed() awsmodel.Answer {
	answer := awsmodel.Answer{Verdict: awsmodel.Proven}
	definition := s.tasks[0].Definition
	var asked []string
	for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
		name := definition.Text(property)
		if name == "" && !definition.Unknown(property) || slices.Contains(asked, name) {
			continue
		}
		asked = append(asked, name)
		role := identity.Role(s.Graph, name)
		if role == nil {
			return answer.Doubt("strangers cannot assume "+property+" "+name,
				"it is not in the stack: whom it trusts is not known")
		}
		if answer = answer.Then(identity.Closed(role, s.Account)); !answer.OK() {
			return answer
		}
	}
	return answer
}

// reached answers whether requests and health checks from the load balancers reach the tasks.
func (s *service) reached() awsmodel.Answer {
	return s.everywhere(func(t readiness.Task) awsmodel.Answer {
		var answer awsmodel.Answer
		for _, entry := range s.Objects("loadBalancers") {
			port := entry.Int("containerPort")
			answer = answer.Then(s.mapped(t, entry)).Then(t.Balanced(entry.Text("targetGroupArn"), port))
			if !answer.OK() {
				return answer
			}
		}
		return answer
	})
}

// mapped answers whether the container listens on the port to which the load balancer sends requests.
func (s *service) mapped(t readiness.Task, entry graph.Props) awsmodel.Answer {
	name, port := entry.Text("containerName"), entry.Int("containerPort")
	what := fmt.Sprintf("container %s listens on %d", name, port)
	i := slices.IndexFunc(t.Containers, func(c taskdef.Container) bool { return c.Name == name })
	if i < 0 {
		return awsmodel.Answer{}.Refute(what, "the task definition has no such container").WithSymptom(
			fmt.Sprintf("InvalidParameterException: The container %s does not exist in the task definition.", name))
	}
	mapped := slices.ContainsFunc(t.Containers[i].PortMappings, func(m taskdef.PortMapping) bool {
		return m.ContainerPort == port
	})
	if !mapped {
		return awsmodel.Answer{}.Refute(what, "it has no port mapping for it").WithSymptom(fmt.Sprintf(
			"InvalidParameterException: The container %s did not have a container port %d defined.", name, port))
	}
	listens, known := portOf(t.Containers[i])
	switch {
	case !known:
		return awsmodel.Answer{}.Prove(fmt.Sprintf("container %s has port %d", name, port), "port mapping")
	case listens != port:
		return awsmodel.Answer{}.Refute(what, fmt.Sprintf("the app listens on %d (PORT)", listens)).
			WithSymptom("Health checks failed")
	}
	return awsmodel.Answer{}.Prove(what, "port mapping and PORT")
}

// signIn answers whether the app reaches github.com and api.github.com, if users sign in with GitHub.
func (s *service) signIn() awsmodel.Answer {
	if !names(s.app(), "LIVE_BEATS_GITHUB_CLIENT_ID") || s.signInOff() {
		return awsmodel.Answer{}
	}
	return s.everywhere(func(t readiness.Task) awsmodel.Answer {
		return s.network.Internet(t.Interface, network.HTTPS)
	}).WithSymptom("signing in fails: the app times out asking github.com for the user's token")
}

// signInOff reports whether the tasks have no internet access on purpose, but endpoints for the AWS services they need.
func (s *service) signInOff() bool {
	task := s.tasks[0].Interface
	return s.network.Endpoint(task, "ssm") != nil && s.network.Endpoint(task, "ecr.api") != nil &&
		!s.network.Internet(task, network.HTTPS).OK()
}

const flowLog = "aws:ec2/flowLog:FlowLog"

// recorded answers whether the flow logs of the service's VPC are written.
// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
func (s *service) recorded() awsmodel.Answer {
	var answer awsmodel.Answer
	own := s.vpcOf(s.tasks[0].Interface.Subnets[0])
	for _, log := range s.Graph.List(flowLog, s.Region) {
		if vpc := log.Text("vpcId"); vpc != "" && own != "" && vpc != own {
			continue // It records the network of another service.
		}
		role := identity.Role(s.Graph, log.Text("iamRoleArn"))
		group := s.Graph.Get(graph.LogGroup, s.Region, log.Text("logDestination"))
		if role == nil || group == nil {
			return answer.Doubt("flow log "+log.ID, "its role or its log group is not in the stack")
		}
		task := s.tasks[0]
		answer = answer.Then(identity.Trusts(role, "vpc-flow-logs.amazonaws.com", map[string]string{
			"aws:SourceAccount": s.Account, "aws:SourceArn": task.Arn("ec2", "vpc-flow-log/"+log.ID),
		}))
		stream := task.Arn("logs", "log-group:"+group.Text("name")+":log-stream:eni")
		for _, action := range []string{
			"logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
		} {
			if answer.OK() {
				answer = answer.Then(identity.Allows(s.Graph, role, action, stream, nil))
			}
		}
		if !answer.OK() {
			return answer.WithSymptom("the flow log's status: Access error")
		}
	}
	return answer
}
