package driver

import (
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
)

// State is a stack's last recorded state, read without a lock and without its secrets.
type State struct {
	deployment apitype.DeploymentV3
}

// ReadState reads the state of p's stack; a stack that was never deployed has an empty one.
func ReadState(p *Project) (*State, error) {
	deployment, err := readDeployment(workdir(p.Sandbox()), p.Name(), p.Stack)
	if err != nil || deployment.Deployment == nil {
		return &State{}, err
	}
	return &State{deployment: *deployment.Deployment}, nil
}

// ExportState is the state of p's stack in the format of `pulumi stack export`, with the steps of an operation that is
// under way or was killed. Nil when nothing was ever deployed.
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

// Outputs are the stack's outputs, each secret in them replaced by "[secret]". Nil when nothing is deployed.
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

// Service names the ECS cluster and service that the stack owns; ok is false when it owns none.
func (s *State) Service() (cluster, service string, ok bool) {
	for _, r := range s.deployment.Resources {
		if r.Type == serviceType && !r.Delete {
			cluster, _ := r.Outputs["cluster"].(string)
			service, _ := r.Outputs["name"].(string)
			return cluster[strings.LastIndex(cluster, "/")+1:], service, service != ""
		}
	}
	return "", "", false
}

// Protected are the names of the resources that the engine refuses to delete and to replace.
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

// ProtectedError refuses to destroy a stack that holds protected resources, before anything is deleted: the engine
// itself would delete all that it can before it comes to them.
type ProtectedError struct {
	Stack string
	Names []string // Of the protected resources.
	Key   string   // The config key that protects them.
}

func (e *ProtectedError) Error() string {
	return fmt.Sprintf("destroy stack %q: nothing was deleted: %d resources are protected (%s); set %s to false, run up, "+
		"and then destroy", e.Stack, len(e.Names), strings.Join(e.Names, ", "), e.Key)
}

// refuseProtected tells whether a destroy may begin.
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
