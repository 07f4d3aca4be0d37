package main

import (
	"maps"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// maxBaseName leaves room for the longest name that is made of it: 32 characters for load balancers and target groups,
// less "-tg" and the generated "-1a2b3c4".
const maxBaseName = 21

// stack is what all parts of a deployment have in common.
type stack struct {
	ctx      *pulumi.Context
	name     string // Of every component: project and stack.
	cfg      *config.Config
	account  components.Account
	versions map[string]int        // Of the secrets' parameters, by variable: 0 for one that this run makes.
	observed []components.Observed // The network, where it is not the stack's own.
}

// newStack reads the config, has everything tagged and protected that is declared from now on, and looks up what the
// account has.
func newStack(ctx *pulumi.Context) (*stack, error) {
	cfg, err := config.Load(ctx)
	if err != nil {
		return nil, err
	}
	s := &stack{ctx: ctx, cfg: cfg, name: awsmodel.FitName(ctx.Project()+"-"+ctx.Stack(), maxBaseName)}
	if err := components.TagAll(ctx, s.tags()); err != nil {
		return nil, err
	}
	if err := s.protect(); err != nil {
		return nil, err
	}
	if s.account, err = lookupAccount(ctx); err != nil {
		return nil, err
	}
	if s.versions, err = s.lookupVersions(); err != nil {
		return nil, err
	}
	s.observed, err = s.observeNetwork()
	return s, err
}

// tags are what everything carries that takes tags. The owner is a person or a team; the rest is how bills and searches
// tell stacks apart.
func (s *stack) tags() map[string]string {
	all := map[string]string{"Project": s.ctx.Project(), "Stack": s.ctx.Stack()}
	if s.cfg.Owner != "" {
		all["Owner"] = s.cfg.Owner
	}
	maps.Copy(all, s.cfg.Tags)
	return all
}

// lookupAccount finds out once where the stack lives.
func lookupAccount(ctx *pulumi.Context) (components.Account, error) {
	identity, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
	if err != nil {
		return components.Account{}, err
	}
	region, err := aws.GetRegion(ctx, &aws.GetRegionArgs{})
	if err != nil {
		return components.Account{}, err
	}
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{})
	if err != nil {
		return components.Account{}, err
	}
	return components.Account{Id: identity.AccountId, Region: region.Name, Partition: partition.Partition}, nil
}

// key is the customer key; nil leaves everything to AWS's own.
func (s *stack) key() pulumi.StringInput { return optional(s.cfg.KMSKeyARN) }

// logGroupName is where the containers log.
func (s *stack) logGroupName() string { return "/ecs/" + s.name }

// optional is nil for an empty string: components decide by nil what exists.
func optional(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}
