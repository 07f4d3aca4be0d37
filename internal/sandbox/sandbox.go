// Package sandbox is an embedded AWS: Pulumi resource providers for aws, awsx and random over one simulated account,
// which is kept in a file. The real Pulumi engine deploys into it; only AWS is simulated. What is not modelled is
// refused.
package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/live-beats/live-beats-aws/internal/sandbox/acm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/autoscaling"
	"github.com/live-beats/live-beats-aws/internal/sandbox/cloudwatch"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ec2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecr"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/efs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/elbv2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/iam"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/lookup"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/random"
	"github.com/live-beats/live-beats-aws/internal/sandbox/rds"
	"github.com/live-beats/live-beats-aws/internal/sandbox/route53"
	"github.com/live-beats/live-beats-aws/internal/sandbox/s3"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sns"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ssm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
	"github.com/live-beats/live-beats-aws/internal/status"
)

const worldDir = "world"

// World is one simulated AWS account.
type World struct {
	*world.World
	// Kill ends the process when a fault requires it. If it is nil, the process is killed without restoring the terminal.
	Kill func()
}

// Open loads the world kept in a directory, or creates a new one there. Errors: a world written by a newer version, a
// damaged world, a directory that cannot be written.
func Open(dir string) (*World, error) {
	go func() { _, _ = facts.Load() }() // Read it early, so that it is ready when a provider needs it.
	path := filepath.Join(dir, worldDir)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("open sandbox: %w; make the directory writable, or free some space", err)
	}
	w, err := world.Open(path)
	if err != nil {
		return nil, err
	}
	return &World{World: w}, nil
}

// Reset deletes the world of a directory. It is not an error if the directory has none.
func Reset(dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, worldDir)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reset sandbox: %w", err)
	}
	return nil
}

// behaviours collects what the services do beyond their facts, by type token.
func behaviours() map[string]provider.Behaviour {
	all := map[string]provider.Behaviour{}
	for _, service := range []map[string]provider.Behaviour{
		acm.Behaviours, autoscaling.Behaviours, cloudwatch.Behaviours, ec2.Behaviours, ecr.Behaviours, ecs.Behaviours,
		efs.Behaviours, elbv2.Behaviours, iam.Behaviours, kms.Behaviours, random.Behaviours, rds.Behaviours,
		route53.Behaviours, s3.Behaviours, sns.Behaviours, ssm.Behaviours,
	} {
		maps.Copy(all, service)
	}
	return all
}

// Engine returns an engine that answers provider calls for a region. It first creates what a new account has in that
// region.
func (w *World) Engine(region string) (*provider.Engine, error) {
	table, err := facts.Load()
	if err != nil {
		return nil, err
	}
	invokes, err := lookup.Invokes(table)
	if err != nil {
		return nil, err
	}
	engine := &provider.Engine{
		Scope: scope(region), Table: table, Behaviours: behaviours(), Invokes: invokes, World: w.World,
	}
	w.Lock()
	defer w.Unlock()
	ec2.Seed(w.World, engine.Scope)
	return engine, errors.Join(w.BeginOperation(), w.Save())
}

func scope(region string) provider.Scope {
	return provider.Scope{Partition: "aws", Region: region, Account: world.Account}
}

// Empty reports whether nothing is left of what programs created.
func (w *World) Empty() bool {
	return !slices.ContainsFunc(w.All(), func(o *world.Object) bool { return !o.Seeded })
}

// PutParameter sets an SSM parameter as an operator does, outside of Pulumi. It is encrypted with key, or with the
// account's own key if key is empty. PutParameter returns the new version.
func (w *World) PutParameter(region, name, value, key string) (int, error) {
	engine, err := w.Engine(region)
	if err != nil {
		return 0, err
	}
	in := provider.Props{"name": name, "value": value, "type": "SecureString"}
	_, failures, err := engine.Check(ssm.ParameterType, "put-parameter::"+name, nil, in, nil)
	if err != nil {
		return 0, err
	}
	if len(failures) > 0 {
		return 0, fmt.Errorf("put parameter %q: %s: %s", name, failures[0].Property, failures[0].Reason)
	}
	w.Lock()
	defer w.Unlock()
	return ssm.Put(w.World, engine.Scope, name, value, key)
}

// Status describes the state of a service.
type Status = status.Status

// Status describes a service, given the names of its cluster and itself. The service first reacts to what has happened
// since the last operation. This does not change the stored world.
func (w *World) Status(region, cluster, service string) (*Status, error) {
	w.Lock()
	defer w.Unlock()
	if err := ecs.Settle(w.World, scope(region)); err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	s, err := ecs.Describe(w.World, scope(region), cluster, service)
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	s.Redeploy = fmt.Sprintf("  go run . sandbox redeploy %[2]s\n  on AWS: "+
		"aws ecs update-service --cluster %[1]s --service %[2]s --force-new-deployment", cluster, service)
	return s, nil
}
