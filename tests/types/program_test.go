package types

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/driver"
	"github.com/live-beats/live-beats-aws/internal/sandbox"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

const region = "eu-west-2"

type props = map[string]any

// step registers one resource by its type token. In its inputs, "$name" stands for the id of an earlier step's
// resource, and "$name.output" and "$name.output.0.field" for its outputs. Inside of a longer text they are written
// "${...}".
type step struct {
	token, name string
	in          props
	after       []string
}

// secret is a text that the program marks as a Pulumi secret.
type secret string

// component reports whether the step is a remote component, which a provider creates.
func (s step) component() bool { return strings.HasPrefix(s.token, "awsx:") }

// resource is any resource, with all outputs that the steps refer to.
type resource struct {
	pulumi.CustomResourceState

	Arn                     pulumi.StringOutput   `pulumi:"arn"`
	ArnSuffix               pulumi.StringOutput   `pulumi:"arnSuffix"`
	DNSName                 pulumi.StringOutput   `pulumi:"dnsName"`
	DomainValidationOptions pulumi.MapArrayOutput `pulumi:"domainValidationOptions"`
	Endpoint                pulumi.StringOutput   `pulumi:"endpoint"`
	Fqdn                    pulumi.StringOutput   `pulumi:"fqdn"`
	Name                    pulumi.StringOutput   `pulumi:"name"`
	RepositoryURL           pulumi.StringOutput   `pulumi:"repositoryUrl"`
	ResourceID              pulumi.StringOutput   `pulumi:"resourceId"`
	Result                  pulumi.StringOutput   `pulumi:"result"`
	ZoneID                  pulumi.StringOutput   `pulumi:"zoneId"`
}

// network is awsx's VPC component. Its route tables are resources, and the steps refer to their ids.
type network struct {
	pulumi.ResourceState

	VpcID             pulumi.StringOutput      `pulumi:"vpcId"`
	PublicSubnetIDs   pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	PrivateSubnetIDs  pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	IsolatedSubnetIDs pulumi.StringArrayOutput `pulumi:"isolatedSubnetIds"`
	RouteTables       pulumi.ArrayOutput       `pulumi:"routeTables"`
}

// program has the resources that the steps have registered so far, by name.
type program map[string]pulumi.Resource

// run returns a Pulumi program that registers the steps.
func run(steps []step) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p := program{}
		for _, s := range steps {
			if err := p.register(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		return nil
	}
}

func (p program) register(ctx *pulumi.Context, s step) error {
	in := p.inputs(s.in)
	var after []pulumi.Resource
	for _, name := range s.after {
		after = append(after, p[name])
	}
	if s.component() {
		n := &network{}
		p[s.name] = n
		return ctx.RegisterRemoteComponentResource(s.token, s.name, in, n, pulumi.DependsOn(after))
	}
	m := &resource{}
	p[s.name] = m
	return ctx.RegisterResource(s.token, s.name, in, m, pulumi.DependsOn(after))
}

func (p program) inputs(in props) pulumi.Map {
	out := pulumi.Map{}
	for name, v := range in {
		out[name] = p.input(v)
	}
	return out
}

func (p program) input(v any) pulumi.Input {
	switch v := v.(type) {
	case secret:
		return pulumi.ToSecret(p.text(string(v)))
	case string:
		return p.text(v)
	case []any:
		out := pulumi.Array{}
		for _, item := range v {
			out = append(out, p.input(item))
		}
		return out
	case props:
		return p.inputs(v)
	default:
		return pulumi.Any(v)
	}
}

var references = regexp.MustCompile(`\$\{[\w.-]+\}`)

func (p program) text(s string) pulumi.Input {
	if strings.HasPrefix(s, "$") && !strings.HasPrefix(s, "${") {
		return p.output(s[1:])
	}
	found := references.FindAllString(s, -1)
	if len(found) == 0 {
		return pulumi.String(s)
	}
	values := make([]any, len(found))
	for i, reference := range found {
		values[i] = p.output(reference[2 : len(reference)-1])
	}
	return pulumi.All(values...).ApplyT(func(values []any) string {
		i := -1
		return references.ReplaceAllStringFunc(s, func(string) string {
			i++
			return fmt.Sprint(values[i])
		})
	})
}

// output returns the output that a reference stands for.
func (p program) output(reference string) pulumi.Output {
	path := strings.Split(reference, ".")
	r := p[path[0]]
	if len(path) == 1 {
		return r.(*resource).ID()
	}
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("pulumi") == path[1] {
			return descend(v.Field(i).Interface().(pulumi.Output), path[2:])
		}
	}
	return pulumi.String(reference).ToStringOutput().ApplyT(func(string) (string, error) {
		return "", fmt.Errorf("%q is not an output of resource or network", reference)
	})
}

// descend returns the element of an output at a path of indexes and keys.
func descend(o pulumi.Output, path []string) pulumi.Output {
	if resources, ok := o.(pulumi.ArrayOutput); ok {
		return ids(resources)
	}
	if len(path) == 0 {
		return o
	}
	return o.ApplyT(func(v any) any {
		found := reflect.ValueOf(v)
		for _, element := range path {
			if i, err := strconv.Atoi(element); err == nil {
				found = found.Index(i)
			} else {
				found = reflect.ValueOf(found.Interface()).MapIndex(reflect.ValueOf(element))
			}
		}
		return found.Interface()
	})
}

// ids returns the ids of resources that a component has as outputs.
func ids(resources pulumi.ArrayOutput) pulumi.Output {
	return resources.ApplyT(func(all []any) pulumi.StringArrayOutput {
		out := pulumi.StringArray{}
		for _, r := range all {
			out = append(out, r.(pulumi.CustomResource).ID())
		}
		return out.ToStringArrayOutput()
	})
}

// account is a simulated AWS account that several Pulumi programs share.
type account struct {
	*testing.T
	*sandbox.World
}

func newAccount(t *testing.T) *account {
	t.Helper()
	w, err := sandbox.Open(filepath.Join(t.TempDir(), "account"))
	require.NoError(t, err)
	return &account{T: t, World: w}
}

// deployment is one program's stack in an account, with its own state.
type deployment struct {
	*account
	*driver.Engine
	log strings.Builder
}

func (a *account) deployment(program pulumi.RunFunc) *deployment {
	a.Helper()
	project, err := driver.Load(suite.New(a.T).Dir, "staging", nil)
	require.NoError(a, err)
	d := &deployment{account: a}
	d.Engine, err = driver.New(driver.Options{
		Project: project, Program: program, Created: a.Created, Log: &d.log, Providers: a.Providers, API: a.API,
	})
	require.NoError(a, err)
	return d
}

// up deploys without policies, which other tests cover.
func (d *deployment) up(ctx context.Context) (driver.Changes, error) {
	return d.Up(ctx, driver.UpOptions{SkipPolicies: true})
}

// requireRun runs a verb and asserts that it succeeds. It returns the counts of its changes.
func (d *deployment) requireRun(verb func(context.Context) (driver.Changes, error)) driver.Changes {
	d.Helper()
	d.log.Reset()
	changes, err := verb(d.Context())
	require.NoError(d, err, d.log.String())
	return changes
}
