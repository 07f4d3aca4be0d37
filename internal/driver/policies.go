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

// policies judge one plan. They are those of the policy pack, in this process; or the pack is an executable, which is
// started as an official CLI does it.
type policies struct {
	executable string // Path of the pack; empty for the one in this process.

	pack *pack.Pack
	plan []plan.Resource // What was judged.
}

// path is what the engine calls the pack by.
func (p *policies) path() string {
	if p.executable != "" {
		return p.executable
	}
	return pack.Name
}

// analyzer reads from the stack's config which policies are mandatory.
func (p *policies) analyzer(opts *plugin.PolicyAnalyzerOptions) (plugin.Analyzer, error) {
	values := make(map[string]string, len(opts.Config))
	for key, value := range opts.Config {
		values[key.String()] = value
	}
	var err error
	p.pack, err = pack.New(values)
	return &analyzer{p}, err
}

// analyzer is the pack as the engine calls it.
type analyzer struct{ *policies }

// Name is the pack's.
func (a *analyzer) Name() tokens.QName { return pack.Name }

// GetPluginInfo tells its version.
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

// AnalyzeStack judges the plan as a whole.
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
		a.plan[i] = pack.Read(string(r.URN), string(r.Type), string(r.Parent), r.Properties, provider, dependencies)
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

// Analyze has nothing to say of one resource alone.
func (*analyzer) Analyze(context.Context, plugin.AnalyzerResource) (plugin.AnalyzeResponse, error) {
	return plugin.AnalyzeResponse{}, nil
}

// Remediate changes nothing.
func (*analyzer) Remediate(context.Context, plugin.AnalyzerResource) (plugin.RemediateResponse, error) {
	return plugin.RemediateResponse{}, nil
}

// Configure has nothing to do: the pack reads the stack's own config.
func (*analyzer) Configure(context.Context, map[string]plugin.AnalyzerPolicyConfig) error { return nil }

// Cancel has nothing to do: a judgement takes milliseconds.
func (*analyzer) Cancel(context.Context) error { return nil }

// Close has nothing to close.
func (*analyzer) Close() error { return nil }
