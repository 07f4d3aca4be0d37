package components

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

// managedParameterKey is the account's key that Parameter Store uses by default.
const managedParameterKey = "alias/aws/ssm"

// parameterKey never returns nil. AWS would then choose the key, which would be unknown at preview, as would the policy
// that depends on it.
func parameterKey(customer pulumi.StringPtrInput) pulumi.StringPtrInput {
	if customer == nil {
		return pulumi.String(managedParameterKey)
	}
	return customer
}

// Parameters are the SSM parameters from which tasks get secret variables when they start. Secrets and Database provide
// them, and LiveBeatsService and IamRoles use them.
type Parameters struct {
	// Arns maps the names of environment variables to full ARNs. Required.
	Arns pulumi.StringMapInput `pulumi:"arns"`
	// Versions maps the same names to the parameters' versions. A new version creates a new task definition revision.
	Versions pulumi.IntMapInput `pulumi:"versions,optional"`
	// KeyArns are the customer keys that decrypt the parameters.
	KeyArns pulumi.StringArrayInput `pulumi:"keyArns,optional"`
}

// Merge returns all parameters of p and other. If both have a variable, other's parameter is used.
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

// parameters collects the ARNs, versions and keys of SSM parameters.
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

// add adds a parameter that the component creates.
func (p *parameters) add(env, path string, parameter *ssm.Parameter) {
	arn := p.account.arn("ssm", "parameter/"+strings.TrimPrefix(path, "/"))
	// Unlike the parameter's ARN output, its URN is known at preview. The result waits for the parameter.
	p.arns[env] = parameter.URN().ApplyT(func(pulumi.URN) string { return arn }).(pulumi.StringOutput)
	p.keys = append(p.keys, parameter.KeyId)
	found, lookedUp := p.found[env]
	switch {
	case !lookedUp:
		p.versions[env] = parameter.Version
	case found == 0:
		p.versions[env] = pulumi.Int(1) // Known at preview, unlike the version output of a new parameter.
	default:
		// The version in Pulumi's state does not include changes outside of Pulumi. The version that was looked up does not
		// include a change in this run. The higher one includes both.
		p.versions[env] = parameter.Version.ApplyT(func(own int) int { return max(own, found) }).(pulumi.IntOutput)
	}
}

// refer adds a parameter that the program does not manage.
func (p *parameters) refer(env, arn string) {
	p.arns[env] = pulumi.String(arn)
	if found, lookedUp := p.found[env]; lookedUp {
		p.versions[env] = pulumi.Int(found)
	}
}

func (p *parameters) outputs() (pulumi.StringMapOutput, pulumi.IntMapOutput, pulumi.StringArrayOutput) {
	keys := p.keys.ToStringArrayOutput().ApplyT(customerKeys).(pulumi.StringArrayOutput)
	return p.arns.ToStringMapOutput(), p.versions.ToIntMapOutput(), keys
}

// customerKeys returns the key ids that are ARNs, sorted and without duplicates. IAM policies accept only ARNs.
func customerKeys(ids []string) []string {
	arns := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.Contains(id, ":key/") })
	slices.Sort(arns)
	return slices.Compact(arns)
}
