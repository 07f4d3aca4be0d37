// Package pack is the policy pack. At preview it proves that the deployment will work, or it reports what will happen
// on AWS, why, and what to change. Pulumi's engine runs it as an executable (Main). A program that embeds the engine
// calls it directly (New, Judge).
package pack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/controls"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/enforcement"
	"github.com/live-beats/live-beats-aws/internal/plan"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

// Name is the name of the policy pack.
const Name = "live-beats"

// Version is the version of the policy pack.
var Version = semver.MustParse("1.0.0")

// Policy is one policy of the pack.
type Policy struct {
	Name, Description string
	Stops             bool // Whether a violation stops the deployment. Otherwise it is a warning.

	find func(*verify.Report, enforcement.Levels) []found
}

// found is a violation that a policy found, and the resource that it is about.
type found struct{ urn, text string }

// Violation is a violation of a policy by a plan.
type Violation struct {
	Policy Policy
	URN    string // The resource that it is about; empty if the stack does not own the resource.
	Text   string
}

// Policies lists the policies of the pack.
func Policies() []Policy {
	const stops, warns = true, false
	return []Policy{
		{"works", "The deployment will work on AWS.", stops, broken(enforcement.Mandatory)},
		{"works-advisory", "The deployment will work on AWS.", warns, broken(enforcement.Advisory)},
		{"decided", "What is not known before the deployment.", warns, undecided},
		{"controls", "AWS's security controls pass.", stops, failed(enforcement.Mandatory)},
		{"controls-advisory", "AWS's security controls pass.", warns, failed(enforcement.Advisory)},
		{"least-privilege", "Roles have only permissions the checks need.", stops, excess(enforcement.Mandatory)},
		{"least-privilege-advisory", "Roles have only permissions the checks need.", warns, excess(enforcement.Advisory)},
	}
}

// Pack evaluates plans with the enforcement levels of one stack.
type Pack struct{ levels enforcement.Levels }

// New reads the enforcement levels from a stack's config: live-beats:policy is a JSON object that maps checks and
// controls to levels.
func New(config map[string]string) (*Pack, error) {
	const key = Name + ":policy"
	levels := enforcement.Levels{}
	if text := config[key]; text != "" {
		if err := json.Unmarshal([]byte(text), &levels); err != nil {
			return nil, fmt.Errorf("read config %s: %w", key, err)
		}
	}
	if err := levels.Check(); err != nil {
		return nil, fmt.Errorf("config %s: %w", key, err)
	}
	return &Pack{levels}, nil
}

// Judge returns the violations of all policies by a plan.
func (p *Pack) Judge(resources []plan.Resource) ([]Violation, error) {
	report, err := verify.Resources(resources)
	if err != nil {
		return nil, err
	}
	var violations []Violation
	for _, policy := range Policies() {
		for _, f := range policy.find(report, p.levels) {
			violations = append(violations, Violation{Policy: policy, URN: f.urn, Text: f.text})
		}
	}
	return violations, nil
}

// broken reports what will not work, at one enforcement level.
func broken(at enforcement.Level) func(*verify.Report, enforcement.Levels) []found {
	return func(report *verify.Report, levels enforcement.Levels) []found {
		var all []found
		for _, f := range report.Refuted() {
			if levels.Of(f.Breaks()...) == at {
				all = append(all, found{report.URN(f.Proofs[0].Subject), verify.Explain(f)})
			}
		}
		return all
	}
}

func undecided(report *verify.Report, levels enforcement.Levels) []found {
	var all []found
	for _, f := range report.Undecided() {
		if levels.Of(f.Breaks()...) != enforcement.Off {
			text := fmt.Sprintf("Cannot decide %s: %s", strings.Join(f.Breaks(), ", "), f.Cause)
			all = append(all, found{report.URN(f.Proofs[0].Subject), text})
		}
	}
	for _, result := range report.Controls {
		for _, f := range result.Findings {
			level := levels.OfControl(result.ID, result.Severity == controls.Critical)
			if f.Status == controls.Undecided && level != enforcement.Off {
				text := fmt.Sprintf("Cannot decide %s: %s: %s", result.ID, f.Resource, f.Why)
				all = append(all, found{report.URNOf(f.Type, f.Resource), text})
			}
		}
	}
	return all
}

// failed reports the security controls that fail, at one enforcement level.
func failed(at enforcement.Level) func(*verify.Report, enforcement.Levels) []found {
	return func(report *verify.Report, levels enforcement.Levels) []found {
		var all []found
		for _, result := range report.Controls {
			if levels.OfControl(result.ID, result.Severity == controls.Critical) != at {
				continue
			}
			for _, f := range result.Findings {
				if f.Status != controls.Fail {
					continue
				}
				all = append(all, found{report.URNOf(f.Type, f.Resource), verify.ExplainControl(result, f)})
			}
		}
		return all
	}
}

// excess reports permissions of roles that no check needs, at one enforcement level. The default level is advisory.
func excess(at enforcement.Level) func(*verify.Report, enforcement.Levels) []found {
	return func(report *verify.Report, levels enforcement.Levels) []found {
		if cmp.Or(levels[enforcement.LeastPrivilege], enforcement.Advisory) != at {
			return nil
		}
		var all []found
		for _, e := range report.Privilege.Excess {
			all = append(all, found{report.URNOf(graph.Role, e.Role), verify.ExplainExcess(e)})
		}
		return all
	}
}

// Read completes a resource of a plan from the engine's properties of the resource and of its provider. It has its URN,
// type, parent and dependencies already.
func Read(r plan.Resource, properties, provider property.Map) plan.Resource {
	values := resource.ToResourcePropertyMap(properties)
	for name, v := range values {
		if v.ContainsSecrets() {
			r.Secrets = append(r.Secrets, string(name))
		}
	}
	if v := provider.Get("region"); v.IsString() {
		r.Region = v.AsString()
	}
	r.Properties = values.MapRepl(nil, special)
	return r
}

// special converts unknown values to Unknown, and unwraps secrets. The plan leaves out the properties that are secret
// by their type.
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
