package taskdef

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// maxLength is the maximum length of the container definitions.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const maxLength = 65536

// Problem is why ECS refuses a task definition, and the property that causes it.
type Problem struct {
	Property string
	Err      error
}

// CheckDefinition checks ECS's rules for a Fargate task definition, as far as its properties are known. The properties
// have Pulumi's names. It reports one problem per property.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
func CheckDefinition(definition graph.Props) []Problem {
	var problems []Problem
	fail := func(property string, err error) {
		if err != nil {
			problems = append(problems, Problem{property, err})
		}
	}
	if text, ok := definition["containerDefinitions"].(string); ok {
		fail("containerDefinitions", checkDocument(text, definition))
	}
	fail("volumes", checkVolumes(definition))
	cpu, hasCPU := definition["cpu"].(string)
	memory, hasMemory := definition["memory"].(string)
	if hasCPU && hasMemory {
		fail("cpu", checkSize(cpu, memory))
	}
	return problems
}

func checkDocument(text string, definition graph.Props) error {
	containers, err := Parse(text)
	if err != nil {
		return err
	}
	var task Task
	task.CPU, _ = strconv.Atoi(definition.Text("cpu")) // checkSize reports text that is not a number.
	task.Memory, _ = strconv.Atoi(definition.Text("memory"))
	for _, volume := range definition.Objects("volumes") {
		task.Volumes = append(task.Volumes, volume.Text("name"))
	}
	if err := Check(containers, task); err != nil {
		return err
	}
	if len(text) > maxLength {
		return clientError("Actual length: '%d'. Max allowed length is '%d' bytes.", len(text), maxLength)
	}
	return nil
}

// CheckRole checks that a task definition has an execution role if its containers require one.
func CheckRole(definition graph.Props) error {
	if definition["executionRoleArn"] != nil {
		return nil
	}
	containers, err := Parse(definition.Text("containerDefinitions"))
	if err != nil {
		return err
	}
	for _, c := range containers {
		image, err := awsmodel.ParseImage(c.Image)
		switch {
		case err != nil:
			return fmt.Errorf("ClientException: Container.image is not valid: %w", err)
		case len(c.Secrets) > 0:
			return clientError(
				"When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.")
		case c.LogConfiguration != nil:
			return clientError("Fargate requires task definition to have execution role ARN to support log driver awslogs.")
		case image.PrivateECR():
			return clientError("Fargate requires task definition to have execution role ARN to support ECR images.")
		}
	}
	return nil
}

// checkVolumes checks the rules for EFS volumes.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html
func checkVolumes(definition graph.Props) error {
	for _, volume := range definition.Objects("volumes") {
		efs := volume.Object("efsVolumeConfiguration")
		authorization := efs.Object("authorizationConfig")
		encrypted := efs.Text("transitEncryption") == "ENABLED"
		switch {
		case authorization.Text("iam") == "ENABLED" && !encrypted:
			return clientError("EFS IAM authorization requires TransitEncryption to be enabled.")
		case authorization.Text("iam") == "ENABLED" && definition["taskRoleArn"] == nil:
			return clientError("EFS IAM authorization requires a task role.")
		case authorization["accessPointId"] != nil && !encrypted:
			return clientError("EFS access points require TransitEncryption to be enabled.")
		case authorization["accessPointId"] != nil && efs.Text("rootDirectory") != "/":
			return clientError("Root directory must either be omitted or set to '/' when an EFS access point is specified in " +
				"authorizationConfig.accessPointId.")
		}
	}
	return nil
}

func checkSize(cpu, memory string) error {
	units, cpuErr := strconv.Atoi(cpu)
	mib, memoryErr := strconv.Atoi(memory)
	if errors.Join(cpuErr, memoryErr) != nil {
		return fmt.Errorf("cpu %q and memory %q must be numbers of CPU units and MiB: AWS accepts \"1 vCPU\" too, but "+
			"returns numbers, so that every preview would show a change", cpu, memory)
	}
	if err := awsmodel.ValidFargateSize(units, mib); err != nil {
		return fmt.Errorf("ClientException: No Fargate configuration exists for given values: %d CPU, %d memory. "+
			"See the Amazon ECS documentation for the valid values. (%w)", units, mib, err)
	}
	return nil
}
