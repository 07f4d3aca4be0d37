package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// organization is what Pulumi calls the owner of stacks that lie in files.
const organization = "organization"

// store keeps the state of one stack in a file, in the format of `pulumi stack export`, with its secrets encrypted.
// Each save replaces the file as a whole: a kill at any moment leaves the state before a step or after it.
type store struct {
	dir        workdir
	project    string
	stack      string
	passphrase string
	secrets    secrets.Manager
}

func newStore(p *Project, passphrase string) *store {
	return &store{dir: workdir(p.Sandbox()), project: p.Name(), stack: p.Stack, passphrase: passphrase}
}

func (s *store) path() string { return s.dir.stateFile(s.project, s.stack) }

// load reads the state; it is nil for a stack that was never deployed.
func (s *store) load(ctx context.Context) (*deploy.Snapshot, error) {
	file, err := readDeployment(s.dir, s.project, s.stack)
	if err != nil || file == nil {
		return nil, err
	}
	snapshot, err := stack.DeserializeUntypedDeployment(ctx, file, s)
	switch {
	case errors.Is(err, stack.ErrDeploymentSchemaVersionTooNew),
		errors.As(err, new(*stack.ErrDeploymentUnsupportedFeatures)):
		return nil, fmt.Errorf("read state %q: it was written by a newer version of this program: %w; use that version, "+
			"or start over with go run . sandbox reset", s.path(), err)
	case errors.Is(err, passphrase.ErrIncorrectPassphrase):
		return nil, fmt.Errorf("read state %q: it is encrypted with another passphrase than the one in %q: "+
			"put that file back, or start over with go run . sandbox reset", s.path(), s.dir.passphrase())
	case err != nil:
		return nil, fmt.Errorf("read state %q: %w", s.path(), err)
	}
	return snapshot, nil
}

// Save replaces the file.
func (s *store) Save(d apitype.TypedDeployment) error {
	deployment, err := json.MarshalIndent(d.Deployment, "", " ")
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	data, err := json.Marshal(apitype.UntypedDeployment{Version: d.Version, Features: d.Features, Deployment: deployment})
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	return s.write(data)
}

func (s *store) write(data []byte) error {
	dir := filepath.Dir(s.path())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	if err := renameio.WriteFile(s.path(), data, 0o600, renameio.WithTempDir(dir)); err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	return nil
}

// takeOver moves a state of the layout before to its place in this one.
func (s *store) takeOver() error {
	if exists(s.path()) {
		return nil
	}
	file, err := readPrevious(s.dir, s.project, s.stack)
	if err != nil || file == nil {
		return err
	}
	data, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	if err := s.write(data); err != nil {
		return err
	}
	return os.Remove(s.dir.previousStateFile(s.project, s.stack))
}

// save writes a whole snapshot.
func (s *store) save(ctx context.Context, snapshot *deploy.Snapshot) error {
	deployment, version, features, err := stack.SerializeDeploymentWithMetadata(ctx, snapshot, false)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	return s.Save(apitype.TypedDeployment{Deployment: deployment, Version: version, Features: features})
}

// secretsManager is the one that the state was read with, or the sandbox's own for a new state.
func (s *store) secretsManager() (_ secrets.Manager, err error) {
	if s.secrets == nil {
		s.secrets, err = openSealer(s.dir, s.passphrase)
	}
	return s.secrets, err
}

// OfType opens the secrets of a state. One with another salt than the sandbox's own comes from the layout before, or
// from a stack that was imported.
func (s *store) OfType(_ context.Context, kind string, state json.RawMessage) (secrets.Manager, error) {
	if kind != passphrase.Type {
		return nil, fmt.Errorf("its secrets are encrypted by %q, and the sandbox only knows %q", kind, passphrase.Type)
	}
	var salted struct{ Salt string }
	if err := json.Unmarshal(state, &salted); err != nil {
		return nil, err
	}
	own, err := openSealer(s.dir, s.passphrase)
	if err != nil {
		return nil, err
	}
	if s.secrets = own; own.Salt != salted.Salt {
		s.secrets, err = passphrase.GetPassphraseSecretsManager(s.passphrase, salted.Salt)
	}
	return s.secrets, err
}

// readDeployment reads the state of a stack from its file, or from the one of the layout before; nil without either.
func readDeployment(dir workdir, project, stack string) (*apitype.UntypedDeployment, error) {
	path := dir.stateFile(project, stack)
	data, err := os.ReadFile(path) //nolint:gosec // Below the sandbox's directory.
	if errors.Is(err, fs.ErrNotExist) {
		return readPrevious(dir, project, stack)
	}
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	var file apitype.UntypedDeployment
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read state %q: it is damaged: %w; start over with go run . sandbox reset", path, err)
	}
	return &file, nil
}

// readPrevious reads the state as versions of this program kept it that ran the Pulumi CLI.
func readPrevious(dir workdir, project, stack string) (*apitype.UntypedDeployment, error) {
	path := dir.previousStateFile(project, stack)
	data, err := os.ReadFile(path) //nolint:gosec // Below the sandbox's directory.
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	var file struct {
		Version    int
		Features   []string
		Checkpoint struct{ Latest json.RawMessage }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("read state %q: it is damaged: %w; start over with go run . sandbox reset", path, err)
	}
	if len(file.Checkpoint.Latest) == 0 || string(file.Checkpoint.Latest) == "null" {
		return nil, nil
	}
	return &apitype.UntypedDeployment{
		Version: file.Version, Features: file.Features, Deployment: file.Checkpoint.Latest,
	}, nil
}

// references answers a program that refers to another stack of the same sandbox.
type references struct{ *store }

// GetStackOutputs reads the outputs of a stack: NAME, PROJECT/NAME or organization/PROJECT/NAME.
func (r references) GetStackOutputs(ctx context.Context, name string, _ func(error) error) (property.Map, error) {
	snapshot, err := r.of(name).load(ctx)
	if err == nil && snapshot == nil {
		err = fmt.Errorf("refer to stack %q: nothing is deployed in the sandbox under this name", name)
	}
	if err != nil {
		return property.Map{}, err
	}
	for _, r := range snapshot.Resources {
		if r.Type == resource.RootStackType {
			return resource.FromResourcePropertyMap(r.Outputs), nil
		}
	}
	return property.Map{}, nil
}

// GetStackResourceOutputs is not asked for by any SDK of today.
func (r references) GetStackResourceOutputs(_ context.Context, name string) (property.Map, error) {
	return property.Map{}, fmt.Errorf("refer to stack %q: the sandbox answers for its outputs, not for its resources", name)
}

func (r references) of(name string) *store {
	other := &store{dir: r.dir, project: r.project, passphrase: r.passphrase}
	parts := strings.Split(name, "/")
	other.stack = parts[len(parts)-1]
	if len(parts) > 1 {
		other.project = parts[len(parts)-2]
	}
	return other
}
