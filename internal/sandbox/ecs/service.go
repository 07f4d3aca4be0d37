package ecs

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

func checkService(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	fail := func(property, reason string) {
		failures = append(failures, provider.Failure{Property: property, Reason: reason})
	}
	if reason := wrongStrategy(in["capacityProviderStrategies"]); reason != "" {
		fail("capacityProviderStrategies", reason)
	}
	if in["healthCheckGracePeriodSeconds"] != nil && in["loadBalancers"] == nil {
		fail("healthCheckGracePeriodSeconds", "InvalidParameterException: Health check grace period is only valid for "+
			"services configured to use load balancers")
	}
	return failures
}

// replacesService: the real provider changes a strategy in place only with a forced deployment, and only if there is a
// strategy both before and after.
func replacesService(state, in provider.Props) []string {
	const strategies = "capacityProviderStrategies"
	some := graph.Props(state).Objects(strategies) != nil && graph.Props(in).Objects(strategies) != nil
	if in["forceNewDeployment"] == true && some {
		return nil
	}
	return []string{strategies}
}

// createService sets the cluster's name, which is part of the service's ARN.
func createService(c *provider.Call) error {
	c.Vars["clusterName"] = clusterName(c.World, c.Region, c.New.Props["cluster"])
	return admitService(c)
}

// admitService checks the rules of CreateService and UpdateService about what the service refers to.
func admitService(c *provider.Call) error {
	definition, err := admitDefinition(c)
	if err != nil {
		return err
	}
	containers, err := taskdef.Parse(fmt.Sprint(definition.Props["containerDefinitions"]))
	if err != nil {
		return err
	}
	if c.New.Props["enableExecuteCommand"] == true && definition.Props["taskRoleArn"] == nil {
		return provider.Errorf("InvalidParameterException", "The service couldn't be created because a valid taskRoleArn "+
			"is not being used. Specify a valid task role in your task definition and try again.")
	}
	if err := errors.Join(admitCapacity(c), admitPlatform(c, definition)); err != nil {
		return err
	}
	vpc, err := admitNetwork(c)
	if err != nil {
		return err
	}
	for _, item := range graph.Props(c.New.Props).Objects("loadBalancers") {
		if err := admitTargets(c, item, containers, vpc); err != nil {
			return err
		}
	}
	return nil
}

// admitDefinition returns the revision that a service asks for. The service's property becomes family:revision, or
// stays an ARN if it is one, as the real provider reads it.
func admitDefinition(c *provider.Call) (*world.Object, error) {
	asked := fmt.Sprint(c.New.Props["taskDefinition"])
	o := taskDefinition(c.World, c.Region, asked)
	inactive := o != nil && o.Type == inactiveType && (c.Old == nil || c.Changed("taskDefinition"))
	if o == nil || inactive {
		return nil, provider.Errorf("ClientException", "Unable to describe task definition.")
	}
	if !arn.IsARN(asked) {
		c.New.Props["taskDefinition"] = revision(fmt.Sprint(o.Props["arn"]))
	}
	return o, nil
}

// platforms are Fargate's platform versions for Linux that can still be requested. LATEST is the newest.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html
var platforms = []string{taskdef.OldPlatform, "1.4.0", "LATEST"}

// admitPlatform refuses an unknown platform version, and an old one without a feature that the task requires.
func admitPlatform(c *provider.Call, definition *world.Object) error {
	if !slices.Contains(platforms, cmp.Or(graph.Props(c.New.Props).Text("platformVersion"), "LATEST")) {
		return provider.Errorf("PlatformUnknownException", "The specified platform version doesn't exist.")
	}
	if taskdef.CheckPlatform(graph.Props(c.New.Props), graph.Props(definition.Props)) != nil {
		return provider.Errorf("PlatformTaskDefinitionIncompatibilityException",
			"The specified platform version doesn't satisfy the required capabilities of the task definition.")
	}
	return nil
}

// admitNetwork checks that subnets and security groups exist and are in one VPC, and returns the VPC.
func admitNetwork(c *provider.Call) (vpc any, err error) {
	network := graph.Props(c.New.Props).Object("networkConfiguration")
	for _, of := range []struct{ property, typ, missing string }{
		{"subnets", subnetType, "Error retrieving subnet information for [%s]: The subnet ID '%[1]s' does not exist " +
			"(ErrorCode: InvalidSubnetID.NotFound)"},
		{"securityGroups", groupType, "Error retrieving security group information for [%s]: The security group '%[1]s' " +
			"does not exist (ErrorCode: InvalidGroup.NotFound)"},
	} {
		for _, id := range network.Strings(of.property) {
			o := c.World.Get(of.typ, c.Region, id)
			switch {
			case o == nil:
				return nil, provider.Errorf("InvalidParameterException", of.missing, id)
			case vpc != nil && o.Props["vpcId"] != vpc:
				return nil, provider.Errorf("InvalidParameterException",
					"Security groups and subnets must belong to the same VPC: %v is in %v, not in %v", id, o.Props["vpcId"], vpc)
			}
			vpc = o.Props["vpcId"]
		}
	}
	return vpc, nil
}

func admitTargets(c *provider.Call, balancer graph.Props, containers []taskdef.Container, vpc any) error {
	arn := fmt.Sprint(balancer["targetGroupArn"])
	group := c.World.Get(targetGroupType, c.Region, arn)
	if group.Props["targetType"] != "ip" {
		return provider.Errorf("InvalidParameterException", "The provided target group %s has target type %v, which is "+
			"incompatible with the awsvpc network mode specified in the task definition.", arn, group.Props["targetType"])
	}
	if group.Props["vpcId"] != vpc {
		return provider.Errorf("InvalidParameterException", "The target group %s is in %v, the service in %v",
			arn, group.Props["vpcId"], vpc)
	}
	if readiness.Listener(c.World.Graph(), c.Region, arn) == nil {
		return provider.Errorf("InvalidParameterException",
			"The target group with targetGroupArn %s does not have an associated load balancer.", arn)
	}
	name := balancer["containerName"]
	i := slices.IndexFunc(containers, func(c taskdef.Container) bool { return c.Name == name })
	if i < 0 {
		return provider.Errorf("InvalidParameterException",
			"The container %v does not exist in the task definition.", name)
	}
	port, _ := balancer["containerPort"].(float64)
	mapped := func(p taskdef.PortMapping) bool { return p.ContainerPort == int(port) }
	if !slices.ContainsFunc(containers[i].PortMappings, mapped) {
		return provider.Errorf("InvalidParameterException",
			"The container %v did not have a container port %v defined.", name, port)
	}
	return nil
}

// deleteService deletes the service's tasks too.
func deleteService(c *provider.Call) error {
	c.World.Delete(&world.Object{Type: runtimeType, Region: c.Region, ID: c.Old.ID})
	return forgetInactive(c.World, c.Region)
}
