package driver

import (
	"context"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/live-beats/live-beats-aws/internal/pack"
	"github.com/live-beats/live-beats-aws/internal/plan"
)

// policies evaluates one plan: with the policy pack in this process, or with a pack that is an executable, which is
// started as the official CLI starts it.
type policies struct {
	executable string // Path of the pack; empty for the pack in this process.

	pack *pack.Pack
	plan []plan.Resource // The plan that was evaluated.
}

// path is the path by which the engine identifies the pack.
func (p *policies) path() string {
	if p.executable != "" {
		return p.executable
	}
	return pack.Name
}

// analyzer reads the enforcement levels from the stack's config and returns the pack in this process.
func (p *policies) analyzer(opts *plugin.PolicyAnalyzerOptions) (plugin.Analyzer, error) {
	values := make(map[string]string, len(opts.Config))
	for key, value := range opts.Config {
		values[key.String()] = value
	}
	var err error
	p.pack, err = pack.New(values)
	return &analyzer{p}, err
}

// analyzer is the pack as the engine's plugin interface.
type analyzer struct{ *policies }

// Name is the pack's name.
func (a *analyzer) Name() tokens.QName { return pack.Name }

// GetPluginInfo returns the pack's version.
func (a *analyzer) GetPluginInfo(context.Context) (plugin.PluginInfo, error) {
	return plugin.PluginInfo{Version: &pack.Version}, nil
}

// GetAnalyzerInfo lists the policies.
func (a *analyzer) GetAnalyzerInfo(context.Context) (plugin.AnalyzerInfo, error) {
	info := plugin.AnalyzerInfo{Name: pack.Name, Version: pack.Version.String()}
	for _, p := range pack.Policies() {
		info.Policies = append(info.Policies, plugin.AnalyzerPolicyInfo{
			Name: p.Name, Description: p.Description, EnforcementLevel: level(p.Stops), Type: plugin.AnalyzerPolicyTypeStack,
		})
	}
	return info, nil
}

// AnalyzeStack evaluates the whole plan.
func (a *analyzer) AnalyzeStack(
	_ context.Context, resources []plugin.AnalyzerStackResource,
) (plugin.AnalyzeResponse, error) {
	a.plan = make([]plan.Resource, len(resources))
	for i, r := range resources {
		dependencies := map[string][]string{}
		for property, urns := range r.PropertyDependencies {
			for _, urn := range urns {
				dependencies[string(property)] = append(dependencies[string(property)], string(urn))
			}
		}
		var provider property.Map
		if r.Provider != nil {
			provider = r.Provider.Properties
		}
		before := make([]string, len(r.Dependencies))
		for i, urn := range r.Dependencies {
			before[i] = string(urn)
		}
		a.plan[i] = pack.Read(plan.Resource{
			URN: string(r.URN), Type: string(r.Type), Parent: string(r.Parent), Dependencies: dependencies, DependsOn: before,
		}, r.Properties, provider)
	}
	violations, err := a.pack.Judge(a.plan)
	if err != nil {
		return plugin.AnalyzeResponse{}, err
	}
	var response plugin.AnalyzeResponse
	for _, v := range violations {
		response.Diagnostics = append(response.Diagnostics, plugin.AnalyzeDiagnostic{
			PolicyName: v.Policy.Name, PolicyPackName: pack.Name, PolicyPackVersion: pack.Version.String(),
			Description: v.Policy.Description, Message: v.Policy.Description + "\n" + v.Text,
			EnforcementLevel: level(v.Policy.Stops), URN: resource.URN(v.URN),
		})
	}
	return response, nil
}

func level(stops bool) apitype.EnforcementLevel {
	if stops {
		return apitype.Mandatory
	}
	return apitype.Advisory
}

// Analyze reports nothing: all policies evaluate the whole stack.
func (*analyzer) Analyze(context.Context, plugin.AnalyzerResource) (plugin.AnalyzeResponse, error) {
	return plugin.AnalyzeResponse{}, nil
}

// Remediate changes nothing.
func (*analyzer) Remediate(context.Context, plugin.AnalyzerResource) (plugin.RemediateResponse, error) {
	return plugin.RemediateResponse{}, nil
}

// Configure does nothing: the pack reads the stack's config.
func (*analyzer) Configure(context.Context, map[string]plugin.AnalyzerPolicyConfig) error { return nil }

// Cancel does nothing: an evaluation takes milliseconds.
func (*analyzer) Cancel(context.Context) error { return nil }

// Close does nothing.
func (*analyzer) Close() error { return nil }
