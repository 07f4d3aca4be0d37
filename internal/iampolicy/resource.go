package iampolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// RenderResource is Render for the policy of a resource, such as a file system or a bucket: every statement names its
// principals and its resources.
func (d Document) RenderResource() (string, error) {
	nobody := Document{Statements: slices.Clone(d.Statements)}
	var missing []error
	for i, s := range nobody.Statements {
		nobody.Statements[i].Principals = nil // Identity policies have none.
		if len(s.Principals) == 0 {
			missing = append(missing, fmt.Errorf("statement %d %q: Missing required field Principal", i+1, s.Sid))
		}
	}
	if err := errors.Join(append(missing, nobody.Validate(Identity))...); err != nil {
		return "", fmt.Errorf("render resource policy: %w", err)
	}
	text, err := json.Marshal(struct {
		Version   string
		Statement []Statement
	}{version, canonical(d.Statements)})
	if err != nil {
		return "", fmt.Errorf("render resource policy: %w", err)
	}
	return string(text), nil
}
