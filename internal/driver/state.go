package driver

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
)

// State is a stack's last recorded state, read straight from the engine's file: no CLI, no lock.
type State struct {
	deployment apitype.DeploymentV3
}

// ReadState reads the state of p's stack; a stack that was never deployed has an empty one.
func ReadState(p *Project) (*State, error) {
	path := statePath(p)
	data, err := os.ReadFile(path) //nolint:gosec // The engine's own file.
	if errors.Is(err, os.ErrNotExist) {
		return &State{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	var file struct {
		Checkpoint struct{ Latest *apitype.DeploymentV3 }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read state %q: %w", path, err)
	}
	if file.Checkpoint.Latest == nil {
		return &State{}, nil
	}
	return &State{deployment: *file.Checkpoint.Latest}, nil
}

// StateFile is where the engine keeps the state of p's stack; it is missing until the first operation.
func StateFile(p *Project) string { return statePath(p) }

func statePath(p *Project) string {
	return filepath.Join(workdir(p.Sandbox()).state(), ".pulumi", "stacks", p.Name(), p.Stack+".json")
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

// interrupted tells whether an operation ended before its outcome was recorded.
func (s *State) interrupted() bool { return len(s.deployment.PendingOperations) > 0 }

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
