package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"
)

// plan is a file of resources as they were at a preview.
type plan struct {
	Resources []Resource `json:"plan"`
}

// Save writes the resources of a preview to a file for Export to read, without their secrets.
func Save(name string, resources []Resource) error {
	public := slices.Clone(resources)
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
