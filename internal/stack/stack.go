// Package stack is the part of a deployment of Live Beats that is not in components. It looks up existing resources in
// the account, computes the arguments of each component from the config (in a method with the component's name), and
// sets tags and outputs.
package stack

import (
	"errors"
	"fmt"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// maxBaseName is the maximum length of Stack.Name. The longest names that contain it are those of load balancers and
// target groups: at most 32 characters, with "-tg" and a generated suffix such as "-1a2b3c4".
const maxBaseName = 21

// Stack is what all parts of a deployment share: its name, its config, and what already exists in the account.
type Stack struct {
	Name    string // The name of every component: project and stack.
	Config  *config.Config
	Account components.Account

	ctx      *pulumi.Context
	versions map[string]int // Versions of the secrets' parameters, by variable: 0 for one that this run creates.
	network  []existing     // Resources of an existing network. Empty for a dedicated network.
	keys     []existing     // The customer key, if the stack has one.
	issued   []string       // The hosts whose requested certificates AWS has issued.
}

// Load reads the stack's config, and looks up existing resources in the account. It adds the stack's tags to every
// resource that is declared after it. Errors: all problems of the config at once; a resource that the config refers to
// does not exist.
func Load(ctx *pulumi.Context) (*Stack, error) {
	cfg, err := config.Load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Stack{ctx: ctx, Config: cfg, Name: awsmodel.FitName(ctx.Project()+"-"+ctx.Stack(), maxBaseName)}
	if err := components.TagAll(ctx, s.tags()); err != nil {
		return nil, err
	}
	record, err := s.registerExisting()
	if err != nil {
		return nil, err
	}
	if s.Account, err = components.LookUpAccount(ctx); err != nil {
		return nil, err
	}
	if s.versions, err = s.lookUpVersions(); err != nil {
		return nil, err
	}
	if s.network, err = s.lookUpNetwork(); err != nil {
		return nil, err
	}
	if s.issued, err = s.lookUpCertificates(); err != nil {
		return nil, err
	}
	if err := s.lookUpIDs(); err != nil {
		return nil, err
	}
	if err := record(); err != nil {
		return nil, err
	}
	return s, s.warn()
}

// warn warns about what the config allows, but users may not expect.
func (s *Stack) warn() error {
	return errors.Join(s.warnOfRegion(), s.warnOfSongs(), s.warnOfUploads(), s.warnOfConnections())
}

func (s *Stack) warnOfRegion() error {
	if awsmodel.KnownRegion(s.Config.Region) {
		return nil
	}
	return s.ctx.Log.Warn(fmt.Sprintf("aws:region is %q, which this program does not recognize: check its spelling, and "+
		"that AWS offers Fargate there", s.Config.Region), nil)
}

// tags returns the tags of every resource that supports tags. Project and Stack identify the stack in bills and
// searches. Owner is a person or a team.
func (s *Stack) tags() map[string]string {
	all := map[string]string{"Project": s.ctx.Project(), "Stack": s.ctx.Stack()}
	if s.Config.Owner != "" {
		all["Owner"] = s.Config.Owner
	}
	maps.Copy(all, s.Config.Tags)
	return all
}

// key returns the customer key, or nil to use AWS's own keys.
func (s *Stack) key() pulumi.StringInput { return optional(s.Config.KMSKeyARN) }

// logGroupName returns the name of the containers' log group.
func (s *Stack) logGroupName() string { return "/ecs/" + s.Name }

// optional returns nil for an empty string. Components do not create a resource whose input is nil.
func optional(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// Parts are the components of a deployment that have been declared so far. A component that the stack does not have is
// nil.
type Parts struct {
	Network       *components.Network
	Groups        *components.SecurityGroups
	Parameters    components.Parameters // Those of the secrets and of the database.
	Database      *components.Database
	Uploads       *components.Uploads
	Certificates  *components.Certificates
	Alb           *components.Alb
	Repository    *components.Repository
	Cluster       *components.EcsCluster
	Roles         *components.IamRoles
	Observability *components.Observability
	Service       *components.LiveBeatsService
}
