// Package stack is what one deployment of Live Beats has beyond its components: what is looked up in the account, the
// args that config makes of each component, by a method of the component's name, tags and outputs.
package stack

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
	"github.com/live-beats/live-beats-aws/internal/recorded"
)

// maxBaseName leaves room for the longest name that is made of it: 32 characters for load balancers and target groups,
// less "-tg" and the generated "-1a2b3c4".
const maxBaseName = 21

// Stack is what all parts of a deployment have in common: its name, its config, and what the account has already.
type Stack struct {
	Name    string // Of every component: project and stack.
	Config  *config.Config
	Account components.Account

	ctx      *pulumi.Context
	versions map[string]int // Of the secrets' parameters, by variable: 0 for one that this run makes.
	network  []existing     // What exists of a network that is not the stack's own.
	issued   []string       // The hosts for which AWS has issued the certificates that the stack requested.
}

// Load reads the stack's config, has everything tagged that is declared from now on, and looks up what the account has.
// Errors: all problems of the config at once; what the config refers to is not there.
func Load(ctx *pulumi.Context) (*Stack, error) {
	cfg, err := config.Load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Stack{ctx: ctx, Config: cfg, Name: awsmodel.FitName(ctx.Project()+"-"+ctx.Stack(), maxBaseName)}
	if err := components.TagAll(ctx, s.tags()); err != nil {
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
	if err := s.recordExisting(); err != nil {
		return nil, err
	}
	return s, s.warn()
}

// warn reports what the config allows and users may not expect.
func (s *Stack) warn() error {
	return errors.Join(s.warnOfRegion(), s.warnOfSongs(), s.warnOfUploads(), s.warnOfConnections())
}

func (s *Stack) warnOfRegion() error {
	if awsmodel.KnownRegion(s.Config.Region) {
		return nil
	}
	return s.ctx.Log.Warn(fmt.Sprintf("aws:region is %q, which is not a region that was known when this program was "+
		"written: check its spelling, and that AWS has Fargate there", s.Config.Region), nil)
}

// tags are what everything carries that takes tags. The owner is a person or a team; the rest is how bills and searches
// tell stacks apart.
func (s *Stack) tags() map[string]string {
	all := map[string]string{"Project": s.ctx.Project(), "Stack": s.ctx.Stack()}
	if s.Config.Owner != "" {
		all["Owner"] = s.Config.Owner
	}
	maps.Copy(all, s.Config.Tags)
	return all
}

// key is the customer key; nil leaves everything to AWS's own.
func (s *Stack) key() pulumi.StringInput { return optional(s.Config.KMSKeyARN) }

// logGroupName is where the containers log.
func (s *Stack) logGroupName() string { return "/ecs/" + s.Name }

// optional is nil for an empty string: components decide by nil what exists.
func optional(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// Parts are the components of a deployment, as far as they are declared. What the stack has none of is nil.
type Parts struct {
	Network       *components.Network
	Groups        *components.SecurityGroups
	Parameters    components.Parameters // The secrets', and the database's.
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

// existing is one resource that was looked up, because it is not the stack's own. The type is its Pulumi token.
type existing struct {
	Type       string         `pulumi:"type"`
	Region     string         `pulumi:"region"`
	Id         string         `pulumi:"id"` //nolint:revive // Pulumi's spelling.
	Properties map[string]any `pulumi:"properties"`
}

// existingType is a component that declares nothing: its outputs are what a policy pack cannot look up itself.
const existingType = "livebeats:index:ExistingResources"

// recordExisting records in the stack's state what was looked up.
func (s *Stack) recordExisting() error {
	var component struct{ pulumi.ResourceState }
	if err := s.ctx.RegisterComponentResource(existingType, s.Name+"-existing", &component); err != nil {
		return err
	}
	return s.ctx.RegisterResourceOutputs(&component, pulumi.Map{
		recorded.Existing: pulumi.Any(slices.Concat(s.network, s.existingParameters())),
		recorded.Account:  pulumi.Any(s.Account),
	})
}
