package driver

import (
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"

	"github.com/live-beats/live-beats-aws/internal/status"
)

// State is a stack's last recorded state. It is read without a lock, and its secrets stay encrypted.
type State struct {
	deployment apitype.DeploymentV3
}

// ReadState reads the state of p's stack. The state of a stack that was never deployed is empty.
func ReadState(p *Project) (*State, error) {
	deployment, err := readDeployment(workdir(p.Sandbox()), p.Name(), p.Stack)
	if err != nil || deployment.Deployment == nil {
		return &State{}, err
	}
	return &State{deployment: *deployment.Deployment}, nil
}

// ExportState returns the state of p's stack in the format of `pulumi stack export`, including the finished steps of an
// operation that is running or was killed. It is nil if the stack was never deployed.
func ExportState(p *Project) ([]byte, error) {
	deployment, err := readDeployment(workdir(p.Sandbox()), p.Name(), p.Stack)
	if err != nil || deployment.Deployment == nil {
		return nil, err
	}
	return encode(deployment)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Outputs returns the stack's outputs with each secret replaced by "[secret]". It is nil if nothing is deployed.
func (s *State) Outputs() map[string]any {
	for _, r := range s.deployment.Resources {
		if r.Type == resource.RootStackType {
			outputs, _ := mask(r.Outputs).(map[string]any)
			return outputs
		}
	}
	return nil
}

const serviceType = "aws:ecs/service:Service"

// Service returns the stack's service. ok is false if the stack has none.
func (s *State) Service() (service status.Service, ok bool) {
	for _, r := range s.deployment.Resources {
		if r.Type == serviceType && !r.Delete {
			service, err := status.ParseService(string(r.ID))
			return service, err == nil
		}
	}
	return status.Service{}, false
}

// Protected returns the names of the protected resources, which the engine refuses to delete or replace.
func (s *State) Protected() []string {
	var names []string
	for _, r := range s.deployment.Resources {
		if r.Protect {
			names = append(names, r.URN.Name())
		}
	}
	return names
}

func mask(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value[sig.Key] == sig.Secret {
			return "[secret]"
		}
		masked := make(map[string]any, len(value))
		for key, element := range value {
			masked[key] = mask(element)
		}
		return masked
	case []any:
		masked := make([]any, len(value))
		for i, element := range value {
			masked[i] = mask(element)
		}
		return masked
	default:
		return value
	}
}

// ProtectedError reports that a stack was not destroyed because it has protected resources. It is returned before
// anything is deleted; the engine itself would first delete everything else.
type ProtectedError struct {
	Stack string
	Names []string // Of the protected resources.
	Key   string   // The config key that protects them.
}

func (e *ProtectedError) Error() string {
	return fmt.Sprintf("destroy stack %q: nothing was deleted: %d resources are protected (%s); set %s to false, run up, "+
		"and then destroy", e.Stack, len(e.Names), strings.Join(e.Names, ", "), e.Key)
}

// refuseProtected returns a *ProtectedError if the stack has protected resources.
func (e *Engine) refuseProtected() error {
	state, err := ReadState(e.Project)
	if err != nil {
		return err
	}
	if names := state.Protected(); len(names) > 0 {
		return &ProtectedError{Stack: e.Project.Stack, Names: names, Key: e.protectKey()}
	}
	return nil
}

func (e *Engine) protectKey() string { return e.Project.Name() + ":protect" }
