// Package pack is the policy pack: it proves at preview that the deployment will work, or says what will happen on AWS,
// why, and what to change. Pulumi's engine runs it as an executable (Main); a program that has the engine inside calls
// it directly (New, Judge).
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

// Name is the pack's.
const Name = "live-beats"

// Version is the pack's.
var Version = semver.MustParse("1.0.0")

// Policy is one of the pack's.
type Policy struct {
	Name, Description string
	Stops             bool // A violation stops the deployment; else it is a warning.

	find func(*verify.Report, enforcement.Levels) []found
}

// found is what a policy finds about a resource.
type found struct{ urn, text string }

// Violation is what a policy says of a plan.
type Violation struct {
	Policy Policy
	URN    string // Of the resource that it is about; empty for one that the stack does not own.
	Text   string
}

// Policies lists the policies of the pack.
func Policies() []Policy {
	const stops, warns = true, false
	return []Policy{
		{"works", "The deployment will work on AWS.", stops, refuted(enforcement.Mandatory)},
		{"works-advisory", "The deployment will work on AWS.", warns, refuted(enforcement.Advisory)},
		{"decided", "Nothing is left open.", warns, undecided},
		{"controls", "AWS's security controls hold.", stops, failed(enforcement.Mandatory)},
		{"controls-advisory", "AWS's security controls hold.", warns, failed(enforcement.Advisory)},
		{"least-privilege", "Roles may do only what the proofs need.", stops, excess(enforcement.Mandatory)},
		{"least-privilege-advisory", "Roles may do only what the proofs need.", warns, excess(enforcement.Advisory)},
	}
}

// Pack judges plans by the enforcement levels of one stack.
type Pack struct{ levels enforcement.Levels }

// New reads the levels from a stack's config: live-beats:policy is an object of levels by question or control, as JSON.
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

// Judge lists what the policies say of a plan.
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

// refuted reports what will not work, at one level.
func refuted(at enforcement.Level) func(*verify.Report, enforcement.Levels) []found {
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
			text := fmt.Sprintf("Cannot tell %s: %s", strings.Join(f.Breaks(), ", "), f.Cause)
			all = append(all, found{report.URN(f.Proofs[0].Subject), text})
		}
	}
	for _, result := range report.Controls {
		for _, f := range result.Findings {
			if f.Status == controls.Undecided && levels.OfControl(result.ID, result.Severity == controls.Critical) != enforcement.Off {
				text := fmt.Sprintf("Cannot tell %s: %s: %s", result.ID, f.Resource, f.Why)
				all = append(all, found{report.URNOf(f.Type, f.Resource), text})
			}
		}
	}
	return all
}

// failed reports the security controls that do not hold, at one level.
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

// excess reports what roles may do for nothing, at one level; without one it is a warning.
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

// Read turns a resource of the engine's into one of a plan: its properties, those of its provider, and the URNs behind
// each property.
func Read(
	urn, typ, parent string, properties, provider property.Map, dependencies map[string][]string,
) plan.Resource {
	values := resource.ToResourcePropertyMap(properties)
	var secrets []string
	for name, v := range values {
		if v.ContainsSecrets() {
			secrets = append(secrets, string(name))
		}
	}
	region := ""
	if v := provider.Get("region"); v.IsString() {
		region = v.AsString()
	}
	return plan.Resource{
		URN: urn, Type: typ, Parent: parent, Region: region,
		Properties: values.MapRepl(nil, special), Secrets: secrets, Dependencies: dependencies,
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
