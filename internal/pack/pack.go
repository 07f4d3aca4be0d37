// Package pack is the policy pack: it proves at preview that the deployment will work, or says what will happen on AWS,
// why, and what to change.
package pack

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

// Name is the pack's.
const Name = "live-beats"

// EnvPlan names the file that the pack saves what it judges to, if it is set.
const EnvPlan = "LIVE_BEATS_PLAN"

// Main serves the pack to the engine that started this process, until it ends.
func Main() error {
	go func() { _, _ = facts.Load() }() // Read by the time that the engine has a plan.
	return policyx.Main(newPack)
}

func newPack(ctx *pulumi.Context) (policyx.PolicyPack, error) {
	levels, err := readLevels(ctx)
	if err != nil {
		return nil, err
	}
	j := &judge{levels: levels}
	return policyx.NewPolicyPack(Name, semver.MustParse("1.0.0"), policyx.EnforcementLevelMandatory, j.policies())
}

// judge looks at the stack once for all policies.
type judge struct {
	levels verify.Levels

	once   sync.Once
	report *verify.Report
	err    error
}

func (j *judge) look(resources []policyx.AnalyzerResource) (*verify.Report, error) {
	j.once.Do(func() {
		all := make([]plan.Resource, len(resources))
		for i := range resources {
			all[i] = read(&resources[i])
		}
		if file := os.Getenv(EnvPlan); file != "" {
			if j.err = plan.Save(file, all); j.err != nil {
				return
			}
		}
		j.report, j.err = verify.Resources(all)
	})
	return j.report, j.err
}

const stops, warns = policyx.EnforcementLevelMandatory, policyx.EnforcementLevelAdvisory

func (j *judge) policies() []policyx.Policy {
	return []policyx.Policy{
		j.policy("works", "The deployment will work on AWS.", stops, refuted(verify.Mandatory)),
		j.policy("works-advisory", "The deployment will work on AWS.", warns, refuted(verify.Advisory)),
		j.policy("decided", "Nothing is left open.", warns, undecided),
		j.policy("controls", "AWS's security controls hold.", stops, failed(verify.Mandatory)),
		j.policy("controls-advisory", "AWS's security controls hold.", warns, failed(verify.Advisory)),
		j.policy("least-privilege", "Roles may do only what the proofs need.", stops, excess(verify.Mandatory)),
		j.policy("least-privilege-advisory", "Roles may do only what the proofs need.", warns, excess(verify.Advisory)),
	}
}

// violation is what a policy reports about a resource.
type violation struct{ urn, text string }

func (j *judge) policy(
	name, description string, level policyx.EnforcementLevel, judge func(*verify.Report, verify.Levels) []violation,
) policyx.Policy {
	return policyx.NewStackValidationPolicy(name, policyx.StackValidationPolicyArgs{
		Description: description, EnforcementLevel: level,
		ValidateStack: func(_ context.Context, args policyx.StackValidationArgs) error {
			report, err := j.look(args.Resources)
			if err != nil {
				return err
			}
			for _, v := range judge(report, j.levels) {
				args.Manager.ReportViolation(v.text, v.urn)
			}
			return nil
		},
	})
}

// refuted reports what will not work, at one level.
func refuted(at verify.Level) func(*verify.Report, verify.Levels) []violation {
	return func(report *verify.Report, levels verify.Levels) []violation {
		var found []violation
		for _, f := range report.Refuted() {
			if levels.Of(f.Breaks()...) == at {
				found = append(found, violation{report.URN(f.Proofs[0].Subject), verify.Explain(f)})
			}
		}
		return found
	}
}

func undecided(report *verify.Report, levels verify.Levels) []violation {
	var found []violation
	for _, f := range report.Undecided() {
		if levels.Of(f.Breaks()...) != verify.Off {
			text := fmt.Sprintf("Cannot tell %s: %s", strings.Join(f.Breaks(), ", "), f.Cause)
			found = append(found, violation{report.URN(f.Proofs[0].Subject), text})
		}
	}
	for _, result := range report.Controls {
		for _, f := range result.Findings {
			if f.Status == controls.Undecided && levels.OfControl(result.Control) != verify.Off {
				text := fmt.Sprintf("Cannot tell %s: %s: %s", result.ID, f.Resource, f.Why)
				found = append(found, violation{report.URNOf(f.Type, f.Resource), text})
			}
		}
	}
	return found
}

// failed reports the security controls that do not hold, at one level.
func failed(at verify.Level) func(*verify.Report, verify.Levels) []violation {
	return func(report *verify.Report, levels verify.Levels) []violation {
		var found []violation
		for _, result := range report.Controls {
			if levels.OfControl(result.Control) != at {
				continue
			}
			for _, f := range result.Findings {
				if f.Status != controls.Fail {
					continue
				}
				found = append(found, violation{report.URNOf(f.Type, f.Resource), verify.ExplainControl(result, f)})
			}
		}
		return found
	}
}

// excess reports what roles may do for nothing, at one level; without one it is a warning.
func excess(at verify.Level) func(*verify.Report, verify.Levels) []violation {
	return func(report *verify.Report, levels verify.Levels) []violation {
		if cmp.Or(levels[verify.LeastPrivilege], verify.Advisory) != at {
			return nil
		}
		var found []violation
		for _, e := range report.Privilege.Excess {
			found = append(found, violation{report.URNOf(graph.Role, e.Role), verify.ExplainExcess(e)})
		}
		return found
	}
}

// read turns a resource of the engine's into one of the plan's.
func read(r *policyx.AnalyzerResource) plan.Resource {
	properties := resource.ToResourcePropertyMap(r.Properties)
	var secrets []string
	for name, v := range properties {
		if v.ContainsSecrets() {
			secrets = append(secrets, string(name))
		}
	}
	region := ""
	if v, ok := resource.ToResourcePropertyMap(r.Provider.Properties)["region"]; ok && v.IsString() {
		region = v.StringValue()
	}
	return plan.Resource{
		URN: r.URN, Type: r.Type, Parent: r.Parent, Region: region,
		Properties: properties.MapRepl(nil, special), Secrets: secrets, Dependencies: r.PropertyDependencies,
	}
}

// special turns unknown values into Unknown, and unwraps secrets: the plan leaves out what is one by its type.
func special(v resource.PropertyValue) (any, bool) {
	switch {
	case v.IsSecret():
		return v.SecretValue().Element.MapRepl(nil, special), true
	case v.IsOutput() && v.OutputValue().Known:
		return v.OutputValue().Element.MapRepl(nil, special), true
	case v.IsComputed(), v.IsOutput():
		return graph.Unknown{}, true
	default:
		return nil, false
	}
}
