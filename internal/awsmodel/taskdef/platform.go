package taskdef

import (
	"errors"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
)

// OldPlatform is the oldest platform version of Fargate for Linux that can still be requested.
const OldPlatform = "1.3.0"

// largeSizes are the sizes, in CPU units, that OldPlatform does not have.
var largeSizes = []string{"8192", "16384"}

// CheckPlatform returns an error if a service asks for OldPlatform, and it or its task definition uses what only newer
// platform versions have.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html
func CheckPlatform(service, definition graph.Props) error {
	needsNew := definition.Objects("volumes") != nil || definition.Object("ephemeralStorage") != nil ||
		service.True("enableExecuteCommand") ||
		definition.Object("runtimePlatform").Text("cpuArchitecture") == "ARM64" ||
		slices.Contains(largeSizes, definition.Text("cpu"))
	if service.Text("platformVersion") == OldPlatform && needsNew {
		return errors.New("asks for platform version " + OldPlatform + ", which does not have ECS Exec, EFS volumes, " +
			"ephemeral storage, arm64 or the largest sizes")
	}
	return nil
}
