package pack

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// Main serves the policy pack to the engine that started this process, until the engine ends it. The engine passes its
// address as the first argument. If nothing answers there any more, the engine was killed, and Main returns.
func Main(args []string) error {
	go func() { _, _ = facts.Load() }() // Loads the facts while the engine makes the plan.
	ctx, gone := context.WithCancel(context.Background())
	defer gone()
	if len(args) > 0 {
		if err := rpcutil.Healthcheck(ctx, args[0], time.Second, gone); err != nil {
			return fmt.Errorf("watch the engine at %q: %w", args[0], err)
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- policyx.Main(newPack) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return nil
	}
}

func newPack(ctx *pulumi.Context) (policyx.PolicyPack, error) {
	const key = Name + ":policy"
	pack, err := New(map[string]string{key: config.Get(ctx, key)})
	if err != nil {
		return nil, err
	}
	evaluation := &once{pack: pack}
	var policies []policyx.Policy
	for _, p := range Policies() {
		policies = append(policies, evaluation.policy(p))
	}
	return policyx.NewPolicyPack(Name, Version, policyx.EnforcementLevelMandatory, policies)
}

// once evaluates the stack once for all policies, because the engine runs the policies one after the other.
type once struct {
	pack *Pack

	sync.Once
	violations []Violation
	err        error
}

func (o *once) policy(p Policy) policyx.Policy {
	level := policyx.EnforcementLevelAdvisory
	if p.Stops {
		level = policyx.EnforcementLevelMandatory
	}
	return policyx.NewStackValidationPolicy(p.Name, policyx.StackValidationPolicyArgs{
		Description: p.Description, EnforcementLevel: level,
		ValidateStack: func(_ context.Context, args policyx.StackValidationArgs) error {
			o.Do(func() { o.violations, o.err = o.pack.Judge(read(args.Resources)) })
			for _, v := range o.violations {
				if v.Policy.Name == p.Name {
					args.Manager.ReportViolation(v.Text, v.URN)
				}
			}
			return o.err
		},
	})
}

func read(resources []policyx.AnalyzerResource) []plan.Resource {
	all := make([]plan.Resource, len(resources))
	for i, r := range resources {
		all[i] = Read(plan.Resource{
			URN: r.URN, Type: r.Type, Parent: r.Parent, Dependencies: r.PropertyDependencies,
			DependsOn: slices.Concat([]string{}, r.Dependencies),
		}, r.Properties, r.Provider.Properties)
	}
	return all
}
