// Package ecs is what ECS does beyond the facts: task definitions and their revisions, services, and the scheduler that
// starts, checks and replaces tasks. A check function looks at inputs only. An admit function checks a create or update
// against the world.
package ecs

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
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

// maxLength is the maximum length of the container definitions.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const maxLength = 65536

func checkTaskDefinition(in provider.Props) []provider.Failure {
	var failures []provider.Failure
	fail := func(property string, err error) {
		if err != nil {
			failures = append(failures, provider.Failure{Property: property, Reason: err.Error()})
		}
	}
	if text, ok := in["containerDefinitions"].(string); ok {
		containers, err := taskdef.Parse(text)
		if err == nil {
			err = taskdef.Modelled(text)
		}
		if err == nil {
			err = taskdef.Check(containers, taskOf(in))
		}
		if err == nil && len(text) > maxLength {
			err = provider.Errorf("ClientException",
				"Actual length: '%d'. Max allowed length is '%d' bytes.", len(text), maxLength)
		}
		fail("containerDefinitions", err)
	}
	fail("volumes", checkVolumes(in))
	cpu, hasCPU := in["cpu"].(string)
	memory, hasMemory := in["memory"].(string)
	if hasCPU && hasMemory {
		fail("cpu", checkSize(cpu, memory))
	}
	return failures
}

// taskOf returns what the rules for containers need from a task definition's inputs, as far as the inputs are known.
func taskOf(in provider.Props) taskdef.Task {
	cpu, _ := in["cpu"].(string)
	memory, _ := in["memory"].(string)
	var task taskdef.Task
	task.CPU, _ = strconv.Atoi(cpu) // checkSize reports text that is not a number.
	task.Memory, _ = strconv.Atoi(memory)
	for _, volume := range graph.Props(in).Objects("volumes") {
		task.Volumes = append(task.Volumes, volume.Text("name"))
	}
	return task
}

// checkVolumes checks the rules for EFS volumes.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html
func checkVolumes(in provider.Props) error {
	for _, volume := range graph.Props(in).Objects("volumes") {
		efs := volume.Object("efsVolumeConfiguration")
		authorization := efs.Object("authorizationConfig")
		encrypted := efs.Text("transitEncryption") == "ENABLED"
		switch {
		case authorization.Text("iam") == "ENABLED" && !encrypted:
			return fmt.Errorf("ClientException: EFS IAM authorization requires TransitEncryption to be enabled.")
		case authorization.Text("iam") == "ENABLED" && in["taskRoleArn"] == nil:
			return fmt.Errorf("ClientException: EFS IAM authorization requires a task role.")
		case authorization["accessPointId"] != nil && !encrypted:
			return fmt.Errorf("ClientException: EFS access points require TransitEncryption to be enabled.")
		case authorization["accessPointId"] != nil && efs.Text("rootDirectory") != "/":
			return fmt.Errorf("ClientException: Root directory must either be omitted or set to '/' when an EFS access point " +
				"is specified in authorizationConfig.accessPointId.")
		}
	}
	return nil
}

func checkSize(cpu, memory string) error {
	units, cpuErr := strconv.Atoi(cpu)
	mib, memoryErr := strconv.Atoi(memory)
	if cpuErr != nil || memoryErr != nil {
		return fmt.Errorf("cpu %q and memory %q must be numbers of CPU units and MiB: AWS accepts \"1 vCPU\" too, but "+
			"returns numbers, so that every preview would show a change", cpu, memory)
	}
	if err := awsmodel.ValidFargateSize(units, mib); err != nil {
		return fmt.Errorf("ClientException: No Fargate configuration exists for given values: %d CPU, %d memory. "+
			"See the Amazon ECS documentation for the valid values. (%w)", units, mib, err)
	}
	return nil
}

// registerTaskDefinition gives the family its next revision number. Revision numbers are never reused.
func registerTaskDefinition(c *provider.Call) error {
	if err := checkExecutionRole(c.New.Props); err != nil {
		return err
	}
	family := fmt.Sprintf("ecs/family/%s/%v", c.Region, c.New.Props["family"])
	c.World.NextGeneration(family)
	c.New.Props["revision"] = float64(c.World.Generation(family))
	return nil
}

func checkExecutionRole(props provider.Props) error {
	containers, err := taskdef.Parse(fmt.Sprint(props["containerDefinitions"]))
	if err != nil || props["executionRoleArn"] != nil {
		return err
	}
	for _, c := range containers {
		image, err := awsmodel.ParseImage(c.Image)
		switch {
		case err != nil:
			return fmt.Errorf("ClientException: Container.image is not valid: %w", err)
		case len(c.Secrets) > 0:
			return provider.Errorf("ClientException",
				"When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.")
		case c.LogConfiguration != nil:
			return provider.Errorf("ClientException",
				"Fargate requires task definition to have execution role ARN to support log driver awslogs.")
		case image.PrivateECR():
			return provider.Errorf("ClientException",
				"Fargate requires task definition to have execution role ARN to support ECR images.")
		}
	}
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
