package components

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

// managedParameterKey is the key of the account that Parameter Store uses by itself.
const managedParameterKey = "alias/aws/ssm"

// parameterKey is never unset: what AWS chose would be unknown at preview, and with it the policy that follows from it.
func parameterKey(customer pulumi.StringPtrInput) pulumi.StringPtrInput {
	if customer == nil {
		return pulumi.String(managedParameterKey)
	}
	return customer
}

// Parameters are SSM parameters that tasks start with: what Secrets and Database hand out, and LiveBeatsService and
// IamRoles take.
type Parameters struct {
	// Arns are full ARNs by the name of the environment variable. Required.
	Arns pulumi.StringMapInput `pulumi:"arns"`
	// Versions count the values that each has had, by the same names. A new value makes a new revision of the tasks.
	Versions pulumi.IntMapInput `pulumi:"versions,optional"`
	// KeyArns are the customer keys that decrypt them.
	KeyArns pulumi.StringArrayInput `pulumi:"keyArns,optional"`
}

// Merge adds other parameters, which win where both have a variable.
func (p Parameters) Merge(other Parameters) Parameters {
	return Parameters{
		Arns:     pulumix.Cast[pulumi.StringMapOutput](pulumix.Apply2(p.arns(), other.arns(), union[string])),
		Versions: pulumix.Cast[pulumi.IntMapOutput](pulumix.Apply2(p.versions(), other.versions(), union[int])),
		KeyArns: pulumix.Cast[pulumi.StringArrayOutput](pulumix.Apply2(p.keyArns(), other.keyArns(),
			func(a, b []string) []string { return slices.Concat(a, b) })),
	}
}

func (p Parameters) arns() pulumi.StringMapOutput {
	if p.Arns == nil {
		return pulumi.StringMap{}.ToStringMapOutput()
	}
	return p.Arns.ToStringMapOutput()
}

func (p Parameters) versions() pulumi.IntMapOutput {
	if p.Versions == nil {
		return pulumi.IntMap{}.ToIntMapOutput()
	}
	return p.Versions.ToIntMapOutput()
}

func (p Parameters) keyArns() pulumi.StringArrayOutput {
	if p.KeyArns == nil {
		return pulumi.StringArray{}.ToStringArrayOutput()
	}
	return p.KeyArns.ToStringArrayOutput()
}

func union[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// parameters collects what a service needs of SSM parameters.
type parameters struct {
	account  Account
	found    map[string]int
	arns     pulumi.StringMap
	versions pulumi.IntMap
	keys     pulumi.StringArray
}

func newParameters(account Account, found map[string]int, key pulumi.StringPtrInput) *parameters {
	p := &parameters{account: account, found: found, arns: pulumi.StringMap{}, versions: pulumi.IntMap{}}
	if key != nil {
		p.keys = append(p.keys, key.ToStringPtrOutput().Elem())
	}
	return p
}

// add is for a parameter that the component makes.
func (p *parameters) add(env, path string, parameter *ssm.Parameter) {
	arn := p.account.arn("ssm", "parameter/"+strings.TrimPrefix(path, "/"))
	// Unlike the parameter's own ARN output, its URN is known at preview.
	p.arns[env] = parameter.URN().ApplyT(func(pulumi.URN) string { return arn }).(pulumi.StringOutput)
	p.keys = append(p.keys, parameter.KeyId)
	found, looked := p.found[env]
	switch {
	case !looked:
		p.versions[env] = parameter.Version
	case found == 0:
		p.versions[env] = pulumi.Int(1) // Known at preview, as the version of what is not made yet is not.
	default:
		// Pulumi's own count is older than a change outside, and newer than a change of this run.
		p.versions[env] = parameter.Version.ApplyT(func(own int) int { return max(own, found) }).(pulumi.IntOutput)
	}
}

// refer is for a parameter that somebody else makes.
func (p *parameters) refer(env, arn string) {
	p.arns[env] = pulumi.String(arn)
	if found, looked := p.found[env]; looked {
		p.versions[env] = pulumi.Int(found)
	}
}

func (p *parameters) outputs() (pulumi.StringMapOutput, pulumi.IntMapOutput, pulumi.StringArrayOutput) {
	keys := p.keys.ToStringArrayOutput().ApplyT(customerKeys).(pulumi.StringArrayOutput)
	return p.arns.ToStringMapOutput(), p.versions.ToIntMapOutput(), keys
}

// customerKeys are the ARNs among the ids of keys. IAM takes nothing else.
func customerKeys(ids []string) []string {
	arns := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.Contains(id, ":key/") })
	slices.Sort(arns)
	return slices.Compact(arns)
}
