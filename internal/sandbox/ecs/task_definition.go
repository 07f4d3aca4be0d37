// Package ecs is what ECS does beyond the facts: task definitions and their revisions, services, and the scheduler that
// starts, checks and replaces tasks. A check function looks at inputs only. An admit function checks a create or update
// against the world.
package ecs

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	taskDefinitionType   = "aws:ecs/taskDefinition:TaskDefinition"
	serviceType          = "aws:ecs/service:Service"
	clusterType          = "aws:ecs/cluster:Cluster"
	capacityProviderType = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
	targetGroupType      = "aws:lb/targetGroup:TargetGroup"
	loadBalancerType     = "aws:lb/loadBalancer:LoadBalancer"
	subnetType           = "aws:ec2/subnet:Subnet"
	groupType            = "aws:ec2/securityGroup:SecurityGroup"
	scalableTargetType   = "aws:appautoscaling/target:Target"
)

// Behaviours of task definitions and services.
var Behaviours = map[string]provider.Behaviour{
	capacityProviderType: {
		Check: checkProviders, Create: putProviders, Update: putProviders, Delete: removeProviders,
	},
	taskDefinitionType: {
		Check: checkTaskDefinition, Create: registerTaskDefinition, Delete: deregisterTaskDefinition,
		Conceal: map[string]func(string) string{"containerDefinitions": conceal},
	},
	serviceType: {
		Check: checkService, Replaces: replacesService, Create: createService, Update: admitService, Delete: deleteService,
		Settle: settleService,
	},
}

func conceal(text string) string { return taskdef.Conceal(text, provider.Sealed) }

func checkTaskDefinition(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	if text, ok := in["containerDefinitions"].(string); ok {
		if err := taskdef.Modelled(text); err != nil {
			failures = append(failures, provider.Failure{Property: "containerDefinitions", Reason: err.Error()})
		}
	}
	for _, problem := range taskdef.CheckDefinition(in) {
		failures = append(failures, provider.Failure{Property: problem.Property, Reason: problem.Err.Error()})
	}
	return failures
}

// registerTaskDefinition gives the family its next revision number. Revision numbers are never reused.
func registerTaskDefinition(c *provider.Call) error {
	if err := taskdef.CheckRole(c.New.Props); err != nil {
		return err
	}
	family := fmt.Sprintf("ecs/family/%s/%v", c.Region, c.New.Props["family"])
	c.World.NextGeneration(family)
	c.New.Props["revision"] = float64(c.World.Generation(family))
	return nil
}

// inactiveType is a revision that was deregistered while a service still ran it, as after a rollback. That service
// continues with it, but no other service can start it.
const inactiveType = "ecs/inactiveTaskDefinition"

// deregisterTaskDefinition keeps a revision that a service runs.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
func deregisterTaskDefinition(c *provider.Call) error {
	inactive := *c.Old
	inactive.Type = inactiveType
	c.World.Put(&inactive)
	return forgetInactive(c.World, c.Region)
}

// forgetInactive deletes the deregistered revisions that no service runs any more.
func forgetInactive(w *world.World, region string) error {
	used := map[string]bool{}
	for _, o := range w.List(runtimeType, region) {
		runtime, err := load(w, region, o.ID)
		if err != nil {
			return err
		}
		for _, d := range runtime.Deployments {
			used[d.TaskDefinition] = true
		}
	}
	for _, o := range w.List(inactiveType, region) {
		if !used[o.ID] {
			w.Delete(o)
		}
	}
	return nil
}

// taskDefinition returns a revision as graph.Revision does, or nil. A revision that was deregistered is found by its
// ARN only.
func taskDefinition(w *world.World, region, name string) *world.Object {
	if arn.IsARN(name) {
		return cmp.Or(w.Get(taskDefinitionType, region, name), w.Get(inactiveType, region, name))
	}
	if r := w.Graph().Revision(region, name); r != nil {
		return w.Get(taskDefinitionType, region, r.ID)
	}
	return nil
}

// revision returns family:revision of a task definition's ARN.
func revision(definition string) string { return definition[strings.LastIndex(definition, "/")+1:] }
