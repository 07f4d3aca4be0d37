package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// deployment is the part of an exported state that is read. The engine's own state file contains it at another place.
type deployment struct {
	Resources []struct {
		URN                  string              `json:"urn"`
		Type                 string              `json:"type"`
		Parent               string              `json:"parent"`
		Provider             string              `json:"provider"`
		Delete               bool                `json:"delete"`
		Inputs               graph.Props         `json:"inputs"`
		Outputs              graph.Props         `json:"outputs"`
		ID                   string              `json:"id"`
		PropertyDependencies map[string][]string `json:"propertyDependencies"`
	} `json:"resources"`
}

// Export reads the resources from a file of `pulumi stack export`, from the engine's own state file, or from a file of
// Save. It leaves out secrets, encrypted or not.
func Export(file io.Reader) ([]Resource, error) {
	var document struct {
		Plan       []Resource  `json:"plan"`
		Version    int         `json:"version"`
		Deployment *deployment `json:"deployment"`
		Checkpoint *struct {
			Latest *deployment `json:"latest"`
		} `json:"checkpoint"`
	}
	if err := json.NewDecoder(file).Decode(&document); err != nil {
		return nil, fmt.Errorf("read exported state: %w: create the file with pulumi stack export", plainly(err))
	}
	if document.Version > newestVersion {
		return nil, fmt.Errorf("read exported state: it has version %d, this build reads up to %d: update this checkout",
			document.Version, newestVersion)
	}
	if document.Deployment == nil && document.Checkpoint != nil {
		document.Deployment = document.Checkpoint.Latest
	}
	if document.Plan != nil {
		for i, r := range document.Plan {
			if err := checkURN(i, r.URN); err != nil {
				return nil, err
			}
			public(map[string]any(r.Properties))
		}
		return document.Plan, nil
	}
	if document.Deployment == nil {
		return nil, fmt.Errorf(`read exported state: "deployment" is missing: create the file with pulumi stack export`)
	}
	for i, r := range document.Deployment.Resources {
		if err := checkURN(i, r.URN); err != nil {
			return nil, err
		}
	}
	return document.Deployment.read(), nil
}

// newestVersion is apitype.DeploymentSchemaVersionLatest, the newest layout of an exported state.
const newestVersion = 4

// plainly leaves Go's types out of the reason why a file is no state.
func plainly(err error) error {
	var shape *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the file is empty")
	case errors.As(err, &shape) && shape.Field == "":
		return fmt.Errorf("the file is a JSON %s, not an object", shape.Value)
	case errors.As(err, &shape):
		return fmt.Errorf("%q is a JSON %s, which it cannot be in a state", shape.Field, shape.Value)
	}
	return err
}

// checkURN refuses what is no resource of a state, such as null.
func checkURN(position int, urn string) error {
	if strings.HasPrefix(urn, "urn:pulumi:") && strings.Contains(urn, "::") {
		return nil
	}
	return fmt.Errorf("read exported state: resource %d has the URN %q, which is not one: make the file with "+
		"pulumi stack export", position, urn)
}

func (d *deployment) read() []Resource {
	regions := map[string]string{} // The key is a reference to a provider: URN::ID.
	for _, r := range d.Resources {
		if strings.HasPrefix(r.Type, "pulumi:providers:") {
			regions[r.URN+"::"+r.ID] = r.Inputs.Text("region")
		}
	}
	var resources []Resource
	for _, r := range d.Resources {
		if r.Delete {
			continue // It was replaced and is not deleted yet.
		}
		outputs, _ := public(map[string]any(r.Outputs)).(map[string]any)
		if outputs == nil {
			outputs = map[string]any{}
		}
		if r.ID != "" {
			outputs["id"] = r.ID
		}
		dropAbsent(outputs)
		resources = append(resources, Resource{
			URN: r.URN, Type: r.Type, Parent: r.Parent, Region: regions[r.Provider],
			Properties: outputs, Dependencies: r.PropertyDependencies, InState: true,
		})
	}
	return resources
}

// dropAbsent takes out what was looked up in vain before the run that wrote the state: that run may have made it.
func dropAbsent(outputs map[string]any) {
	existing, _ := outputs[recorded.Existing].([]any)
	if existing == nil {
		return
	}
	outputs[recorded.Existing] = slices.DeleteFunc(slices.Clone(existing), func(item any) bool {
		object, _ := item.(map[string]any)
		return object["type"] == graph.Absent
	})
}

// public removes secrets, and restores Unknown from UnknownText.
func public(v any) any {
	switch v := v.(type) {
	case string:
		if v == graph.UnknownText {
			return graph.Unknown{}
		}
	case map[string]any:
		if v[sig.Key] == sig.Secret {
			return nil
		}
		for name, item := range v {
			v[name] = public(item)
		}
	case []any:
		for i, item := range v {
			v[i] = public(item)
		}
	}
	return v
}

// plan is the content of a file with the resources of a preview.
type plan struct {
	Resources []Resource `json:"plan"`
}

// CheckName refuses names under which Save cannot write a file: no name, -, a directory, a device. It is for a check
// before the preview.
func CheckName(name string) error {
	if name == "" || name == "-" {
		return fmt.Errorf("save plan as %q: must be the name of a file", name)
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("save plan as %q: it exists and is not a regular file: choose another name", name)
	}
	return nil
}

// Save writes the resources of a preview to a file for Export to read, without their secrets. Errors: see CheckName.
func Save(name string, resources []Resource) error {
	if err := CheckName(name); err != nil {
		return err
	}
	public := append([]Resource{}, resources...) // Not nil: Export reads an empty plan, but not null.
	for i := range public {
		public[i].Properties = maps.Clone(public[i].Properties)
		for _, secret := range public[i].Secrets {
			delete(public[i].Properties, secret)
		}
	}
	data, err := json.MarshalIndent(plan{public}, "", " ")
	if err != nil {
		return fmt.Errorf("save plan: %w", err)
	}
	if err := renameio.WriteFile(name, data, 0o600, renameio.WithTempDir(filepath.Dir(name))); err != nil {
		return fmt.Errorf("save plan: %w", err)
	}
	return nil
}
