package driver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/pkg/v3/backend"
	"github.com/pulumi/pulumi/pkg/v3/engine"
	"github.com/pulumi/pulumi/pkg/v3/resource/deploy"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack"
	"github.com/pulumi/pulumi/pkg/v3/resource/stack/snapshot"
	"github.com/pulumi/pulumi/pkg/v3/secrets"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/live-beats/live-beats-aws/internal/journal"
)

// organization is the organization that Pulumi uses for stacks in its file backend.
const organization = "organization"

// store keeps the state of one stack in a file, in the format of `pulumi stack export`, with its secrets encrypted.
// During an operation each step is appended to a journal beside the file, so a kill at any moment leaves the state from
// before a step or from after it.
type store struct {
	dir        workdir
	project    string
	stack      string
	passphrase string
	secrets    secrets.Manager
	file       *journal.File

	mu      sync.Mutex // Guards the journal: the engine writes from many goroutines.
	unsaved error      // Why the first step that is not recorded could not be.
}

func newStore(dir workdir, project, stack, passphrase string) *store {
	return &store{
		dir: dir, project: project, stack: stack, passphrase: passphrase, file: journal.New(dir.stateFile(project, stack)),
	}
}

// load reads the state. It is nil for a stack that was never deployed.
func (s *store) load(ctx context.Context) (*deploy.Snapshot, error) {
	deployment, err := readDeployment(s.dir, s.project, s.stack)
	if err != nil || deployment.Deployment == nil {
		return nil, err
	}
	snapshot, err := stack.DeserializeDeploymentV3(ctx, *deployment.Deployment, s)
	switch {
	case errors.Is(err, passphrase.ErrIncorrectPassphrase):
		return nil, fmt.Errorf("read state %q: it is encrypted with another passphrase than the one in %q: "+
			"restore that file, or start over with go run . sandbox reset", s.file.Path(), s.dir.passphrase())
	case err != nil:
		return nil, fmt.Errorf("read state %q: %w", s.file.Path(), err)
	}
	return snapshot, nil
}

// AddJournalEntry records a step. A step that changes nothing is synced to disk only with the next step that does.
func (s *store) AddJournalEntry(entry engine.JournalEntry) error {
	ctx := context.Background()
	secrets, err := s.secretsManager()
	if err != nil {
		return err
	}
	line, err := stack.BatchEncrypt(ctx, secrets, func(ctx context.Context, e config.Encrypter) ([]byte, error) {
		serialized, err := backend.SerializeJournalEntry(ctx, entry, e)
		if err != nil {
			return nil, err
		}
		return json.Marshal(serialized)
	})
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err = s.file.Append(!entry.ElideWrite, line); s.unsaved == nil {
		s.unsaved = err
	}
	return err
}

// Close ends the operation: its steps become part of the file. It also returns the error of a step that could not be
// recorded.
func (s *store) Close() error {
	err := errors.Join(s.unsaved, s.compact())
	s.unsaved = nil
	return err
}

// compact moves the steps of an operation from the journal into the file, also after the operation was killed.
func (s *store) compact() error {
	document, steps, err := s.file.Read()
	if err != nil || len(steps) == 0 {
		return err
	}
	replayed, err := replay(s.file.Path(), document, steps)
	if err != nil {
		return err
	}
	return errors.Join(s.save(replayed), snapshot.VerifyIntegrity(replayed.Deployment))
}

// save replaces the file with a deployment.
func (s *store) save(d apitype.TypedDeployment) error {
	data, err := encode(d)
	if err != nil {
		return err
	}
	return s.file.Replace(data)
}

func encode(d apitype.TypedDeployment) ([]byte, error) {
	deployment, err := json.MarshalIndent(d.Deployment, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	data, err := json.Marshal(apitype.UntypedDeployment{Version: d.Version, Features: d.Features, Deployment: deployment})
	if err != nil {
		return nil, fmt.Errorf("encode state: %w", err)
	}
	return data, nil
}

// saveSnapshot replaces the file with a snapshot.
func (s *store) saveSnapshot(ctx context.Context, snapshot *deploy.Snapshot) error {
	deployment, version, features, err := stack.SerializeDeploymentWithMetadata(ctx, snapshot, false)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	return s.save(apitype.TypedDeployment{Deployment: deployment, Version: version, Features: features})
}

// takeOver moves a state from its place in the previous directory layout to its place in this one.
func (s *store) takeOver() error {
	document, err := readPrevious(s.dir, s.project, s.stack)
	if err != nil || document == nil {
		return err
	}
	if err := s.file.Replace(document); err != nil {
		return err
	}
	return os.Remove(s.dir.previousStateFile(s.project, s.stack))
}

// readPrevious reads a state of the Pulumi CLI's file backend, which earlier versions of this program ran. It is nil if
// no such state exists, or if the stack has a state in the current layout.
func readPrevious(dir workdir, project, stack string) ([]byte, error) {
	path := dir.previousStateFile(project, stack)
	if exists(dir.stateFile(project, stack)) || !exists(path) {
		return nil, nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // Inside the sandbox directory.
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	var file struct {
		Version    int
		Features   []string
		Checkpoint struct{ Latest json.RawMessage }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, damaged(path, err)
	}
	if len(file.Checkpoint.Latest) == 0 { // Nothing was ever deployed.
		file.Checkpoint.Latest = json.RawMessage("{}")
	}
	return json.Marshal(apitype.UntypedDeployment{
		Version: file.Version, Features: file.Features, Deployment: file.Checkpoint.Latest,
	})
}

// secretsManager returns the manager that the state was read with, or the sandbox's own for a new state.
func (s *store) secretsManager() (secrets.Manager, error) {
	if s.secrets == nil {
		own, err := openSealer(s.dir, s.passphrase, "")
		if err != nil {
			return nil, err
		}
		s.secrets = own
	}
	return s.secrets, nil
}

// OfType opens the secrets of a state. A state with another salt than the sandbox's own is from the previous layout or
// from an imported stack.
func (s *store) OfType(_ context.Context, kind string, state json.RawMessage) (secrets.Manager, error) {
	if kind != passphrase.Type {
		return nil, fmt.Errorf("its secrets are encrypted by the provider %q, but the sandbox supports only %q",
			kind, passphrase.Type)
	}
	var salted struct{ Salt string }
	if err := json.Unmarshal(state, &salted); err != nil {
		return nil, err
	}
	own, err := openSealer(s.dir, s.passphrase, salted.Salt)
	if err != nil {
		return nil, err
	}
	s.secrets = own
	return own, nil
}

// readDeployment reads a state, including the finished steps of an operation that is running or was killed. It is empty
// if no state exists.
func readDeployment(dir workdir, project, stack string) (apitype.TypedDeployment, error) {
	path := dir.stateFile(project, stack)
	document, steps, err := journal.New(path).Read()
	if err == nil && document == nil && steps == nil {
		document, err = readPrevious(dir, project, stack)
	}
	if err != nil {
		return apitype.TypedDeployment{}, fmt.Errorf("read state: %w", err)
	}
	if document == nil && steps == nil {
		return apitype.TypedDeployment{}, nil
	}
	return replay(path, document, steps)
}

// replay applies the steps of a journal to a state.
func replay(path string, document []byte, steps [][]byte) (apitype.TypedDeployment, error) {
	base, version, features := &apitype.DeploymentV3{}, apitype.DeploymentSchemaVersionCurrent, []string(nil)
	if len(document) > 0 {
		var file apitype.UntypedDeployment
		if err := json.Unmarshal(document, &file); err != nil {
			return apitype.TypedDeployment{}, damaged(path, err)
		}
		var err error
		base, err = stack.UnmarshalUntypedDeployment(context.Background(), &file)
		switch {
		case errors.Is(err, stack.ErrDeploymentSchemaVersionTooNew),
			errors.As(err, new(*stack.ErrDeploymentUnsupportedFeatures)):
			return apitype.TypedDeployment{}, fmt.Errorf("read state %q: it was written by a newer version of this program: "+
				"%w; use that version, or start over with go run . sandbox reset", path, err)
		case err != nil:
			return apitype.TypedDeployment{}, damaged(path, err)
		}
		version, features = file.Version, file.Features
	}
	if len(steps) == 0 {
		return apitype.TypedDeployment{Deployment: base, Version: version, Features: features}, nil
	}
	replayer := backend.NewJournalReplayer(base)
	for _, step := range steps {
		var entry apitype.JournalEntry
		if err := json.Unmarshal(step, &entry); err != nil {
			return apitype.TypedDeployment{}, damaged(path, err)
		}
		if err := replayer.Add(entry); err != nil {
			return apitype.TypedDeployment{}, damaged(path, err)
		}
	}
	replayed, err := replayer.GenerateDeployment()
	if err != nil {
		return apitype.TypedDeployment{}, damaged(path, err)
	}
	// The replayer drops these. Keep them until recover has read their resources back.
	for _, pending := range base.PendingOperations {
		if pending.Type == apitype.OperationTypeUpdating || pending.Type == apitype.OperationTypeDeleting {
			replayed.Deployment.PendingOperations = append(replayed.Deployment.PendingOperations, pending)
		}
	}
	return replayed, nil
}

func damaged(path string, err error) error {
	return fmt.Errorf("read state %q: it is damaged: %w; start over with go run . sandbox reset", path, err)
}

// references resolves stack references to other stacks of the same sandbox.
type references struct{ *store }

// GetStackOutputs returns the outputs of a stack, named NAME, PROJECT/NAME or organization/PROJECT/NAME.
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

// GetStackResourceOutputs always fails. No current SDK calls it.
func (r references) GetStackResourceOutputs(_ context.Context, name string) (property.Map, error) {
	return property.Map{}, fmt.Errorf("refer to stack %q: the sandbox supports references to outputs only", name)
}

func (r references) of(name string) *store {
	parts := strings.Split(name, "/")
	project, stack := r.project, parts[len(parts)-1]
	if len(parts) > 1 {
		project = parts[len(parts)-2]
	}
	return newStore(r.dir, project, stack, r.passphrase)
}
