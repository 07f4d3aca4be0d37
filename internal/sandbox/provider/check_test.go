package provider_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

func TestCheckFindsOneMistake(t *testing.T) {
	t.Parallel()
	set := sandboxtest.Set
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"unknown property": {set("logs", "retention", 30.0), "logs: retention: the sandbox does not model this property; " +
			"it models kmsKeyId, logGroupClass, name, retentionInDays, skipDestroy, tags"},
		"unknown nested property": {
			set("targets", "healthCheck", provider.Props{"path": "/signin", "pth": "/"}),
			"targets: healthCheck.pth: the sandbox does not model this property; it models enabled, healthyThreshold, " +
				"interval, matcher, path, port, protocol, timeout, unhealthyThreshold",
		},
		"name of a role": {
			set("task", "executionRoleArn", "live-beats"),
			`task: executionRoleArn: "live-beats" is not a valid ARN (arn: invalid prefix)`,
		},
		"empty network":  {set("web", "cidrIpv4", ""), `web: cidrIpv4: "" is not a valid IPv4 CIDR block`},
		"empty name":     {set("role", "name", ""), `role: name: "" does not match ^[\w+=,.@-]+$`},
		"missing":        {set("secret", "type", nil), "secret: type: missing required property"},
		"empty list":     {set("balancer", "subnets", []any{}), "balancer: subnets: expected at least 1 item, got 0"},
		"string for int": {set("targets", "port", "4000"), "targets: port: expected an integer, got a string"},
		"int for string": {set("task", "cpu", 256.0), "task: cpu: expected a string, got a number"},
		"bool for list":  {set("balancer", "subnets", true), "balancer: subnets: expected a list, got a boolean"},
		"list for object": {
			set("targets", "healthCheck", []any{}), "targets: healthCheck: expected an object, got a list",
		},
		"object for bool": {
			set("balancer", "internal", provider.Props{}), "balancer: internal: expected a boolean, got an object",
		},
		"string for map": {set("logs", "tags", "x"), "logs: tags: expected a map of strings, got a string"},
		"number in map": {
			set("logs", "tags", provider.Props{"n": 1.0}), "logs: tags.n: expected a string, got a number",
		},
		"number for JSON": {
			set("role", "assumeRolePolicy", 1.0),
			"role: assumeRolePolicy: expected a JSON string, got a number",
		},
		"fraction":  {set("targets", "port", 80.5), "targets: port: expected an integer, got 80.5"},
		"range":     {set("targets", "port", 0.0), "targets: port: expected a value in the range (1 - 65535), got 0"},
		"minimum":   {set("service", "healthCheckGracePeriodSeconds", -1.0), "service: healthCheckGracePeriodSeconds: expected at least 0, got -1"},
		"maximum":   {set("targets", "slowStart", 901.0), "targets: slowStart: expected at most 900, got 901"},
		"enum":      {set("secret", "type", "Secret"), "secret: type: expected one of [String, StringList, SecureString], got Secret"},
		"pattern":   {set("cluster", "name", "live beats"), `cluster: name: "live beats" does not match ^[a-zA-Z0-9_-]+$`},
		"too short": {set("secret", "value", ""), "secret: value: must have at least 1 characters"},
		"too long": {
			set("targets", "name", strings.Repeat("a", 33)),
			`targets: name: cannot be longer than 32 characters: "` + strings.Repeat("a", 33) + `" has 33`,
		},
		"too long and secret": {
			set("secret", "value", strings.Repeat("a", 8193)),
			"secret: value: cannot be longer than 8192 characters: [secret] has 8193",
		},
		"too many items": {
			set("balancer", "securityGroups", []any{"1", "2", "3", "4", "5", "6"}),
			"balancer: securityGroups: expected at most 5 items, got 6",
		},
		"item of a list": {
			set("capacity", "capacityProviders", []any{"FARGATE", "EC2"}),
			"capacity: capacityProviders[1]: expected one of [FARGATE, FARGATE_SPOT], got EC2",
		},
		"invalid JSON": {set("policy", "policy", "{"), "policy: policy: contains invalid JSON"},
		"white space": {
			set("policy", "policy", " "+sandboxtest.Policy),
			"policy: policy: contains invalid JSON: it starts with white space",
		},
		"long JSON": {
			set("role", "assumeRolePolicy", `{"a": "`+strings.Repeat("b", 2048)+`"}`),
			"role: assumeRolePolicy: cannot be longer than 2048 characters without white space: it has 2056",
		},
		"one of none": {
			set("web", "cidrIpv4", nil),
			"web: cidrIpv4: exactly one of [cidrIpv4, cidrIpv6, referencedSecurityGroupId] must be set, got []",
		},
		"one of two": {
			set("web", "cidrIpv6", "::/0"), "web: cidrIpv4: exactly one of " +
				"[cidrIpv4, cidrIpv6, referencedSecurityGroupId] must be set, got [cidrIpv4, cidrIpv6]",
		},
	})
}

// TestRulesWaitForUnknowns: an input that is unknown at preview may turn out to be set or unset. A rule whose result
// depends on it must not fail.
func TestRulesWaitForUnknowns(t *testing.T) {
	t.Parallel()
	const (
		rule, subnet, key = sandboxtest.IngressRule, "aws:ec2/subnet:Subnet", "aws:kms/key:Key"
		inline, files     = "aws:ec2/securityGroupRule:SecurityGroupRule", "aws:efs/fileSystem:FileSystem"
	)
	unknown := provider.Unknown{}
	tests := map[string]struct {
		token string
		in    provider.Props
		want  string
	}{
		"one of: one and an unknown": {rule, provider.Props{
			"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8", "referencedSecurityGroupId": unknown,
		}, ""},
		"one of: an unknown alone": {rule, provider.Props{
			"securityGroupId": "sg-1", "ipProtocol": "-1", "referencedSecurityGroupId": unknown,
		}, ""},
		"one of: two and an unknown": {rule, provider.Props{
			"securityGroupId": "sg-1", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8", "cidrIpv6": "::/0",
			"referencedSecurityGroupId": unknown,
		}, "cidrIpv4: exactly one of [cidrIpv4, cidrIpv6, referencedSecurityGroupId] must be set, got [cidrIpv4, cidrIpv6]"},
		"at most one": {subnet, provider.Props{
			"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-2a", "availabilityZoneId": unknown,
		}, ""},
		"any of": {inline, provider.Props{
			"securityGroupId": "sg-1", "type": "ingress", "protocol": "tcp", "fromPort": 1.0, "toPort": 1.0,
			"sourceSecurityGroupId": unknown,
		}, ""},
		"forbidden": {key, provider.Props{"enableKeyRotation": false, "rotationPeriodInDays": unknown}, ""},
		"forbidden and known": {
			key,
			provider.Props{"enableKeyRotation": false, "rotationPeriodInDays": 90.0},
			"rotationPeriodInDays: must not be set when enableKeyRotation is false",
		},
		"required": {files, provider.Props{"throughputMode": "provisioned", "provisionedThroughputInMibps": unknown}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failures, err := sandboxtest.New(t).Check(test.token, sandboxtest.URN(test.token, "x"), nil, test.in, nil)
			require.NoError(t, err)
			var reasons []string
			for _, f := range failures {
				reasons = append(reasons, f.Property+": "+f.Reason)
			}
			require.Equal(t, test.want, strings.Join(reasons, "\n"))
		})
	}
}

func TestCheckReportsEveryMistake(t *testing.T) {
	t.Parallel()
	err := sandboxtest.New(t).Make(sandboxtest.Parameter, "secret", provider.Props{"name": "a b", "type": "x"})
	require.EqualError(t, err, `name: "a b" does not match ^(/[a-zA-Z0-9_.-]+){1,15}$|^[a-zA-Z0-9_.-]+$`+"\n"+
		"type: expected one of [String, StringList, SecureString], got x\ninsecureValue: exactly one of [insecureValue, value] must be set, got []")
}

func TestCheckFillsInDefaults(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	in, failures, err := a.Check(sandboxtest.LogGroup, sandboxtest.URN(sandboxtest.LogGroup, "logs"), nil,
		provider.Props{"__internal": "x", "tags": provider.Props{"team": provider.Unknown{}}}, nil)
	require.NoError(t, err)
	require.Empty(t, failures)
	name, ok := in["name"].(string)
	require.True(t, ok)
	require.Regexp(t, "^logs-[0-9a-f]{7}$", name)
	require.Equal(t, provider.Props{
		"name": name, "retentionInDays": 0.0, "skipDestroy": false, "tags": provider.Props{"team": provider.Unknown{}},
		"__defaults": []any{"name", "retentionInDays", "skipDestroy"},
	}, in)
}

func TestGeneratedNames(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	urn := sandboxtest.URN(sandboxtest.LogGroup, "logs")
	check := func(olds, news provider.Props, naming *provider.Naming) any {
		in, failures, err := a.Check(sandboxtest.LogGroup, urn, olds, news, naming)
		require.NoError(t, err)
		require.Empty(t, failures)
		return in["name"]
	}
	first := check(nil, nil, nil)
	require.Equal(t, first, check(nil, nil, nil), "the same at preview and at up")
	require.Equal(t, "mine", check(nil, provider.Props{"name": "mine"}, nil))
	require.Equal(t, "proposed", check(nil, nil, &provider.Naming{Proposed: "proposed"}))

	generated := provider.Props{"name": "logs-old", "__defaults": []any{"name"}}
	require.Equal(t, "logs-old", check(generated, nil, nil), "kept")
	require.Equal(t, "mine", check(generated, provider.Props{"name": "mine"}, nil))
	chosen := provider.Props{"name": "logs-old", "__defaults": []any{}}
	require.Equal(t, "logs-old", check(chosen, nil, nil), "kept, although the program chose it")

	require.NoError(t, a.Make(sandboxtest.LogGroup, "logs", nil))
	require.Equal(t, first, a.Got("logs").State["name"])
	require.NotEqual(t, first, check(nil, nil, nil), "a replacement exists beside the old resource")
}

func TestNamesThatCannotBeGenerated(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	long := strings.Repeat("n", 60)
	tests := map[string]struct {
		token  string
		naming *provider.Naming
		want   provider.Failure
	}{
		"disabled": {sandboxtest.LogGroup, &provider.Naming{Disabled: true}, provider.Failure{
			Property: "name", Reason: "missing required property: automatic naming is disabled",
		}},
		"too long to generate": {sandboxtest.Role, &provider.Naming{Proposed: long + "-long"}, provider.Failure{
			Property: "name", Reason: `the generated name "` + long + `-long" has 65 characters, more than the 64 allowed; ` +
				"shorten the resource's logical name or set name",
		}},
		"too long to generate, not for AWS": {sandboxtest.LogGroup, &provider.Naming{Proposed: strings.Repeat("n", 256)}, provider.Failure{
			Property: "name", Reason: `the generated name "` + strings.Repeat("n", 256) + `" has 256 characters, more than the 255 ` +
				"allowed; shorten the resource's logical name or set name",
		}},
		"too long for AWS": {sandboxtest.LoadBalancer, &provider.Naming{Proposed: long}, provider.Failure{
			Property: "name", Reason: `cannot be longer than 32 characters: "` + long + `" has 60`,
		}},
	}
	inputs := map[string]provider.Props{
		sandboxtest.Role:         {"assumeRolePolicy": sandboxtest.Trust},
		sandboxtest.LoadBalancer: {"subnets": []any{"a"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, failures, err := a.Check(test.token, sandboxtest.URN(test.token, "x"), nil, inputs[test.token], test.naming)
			require.NoError(t, err)
			require.Equal(t, []provider.Failure{test.want}, failures)
		})
	}
}

func TestUnknownInputsPass(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	for _, step := range sandboxtest.Stack() {
		for path, in := range withUnknown("", a.Resolve(step.Inputs)) {
			_, failures, err := a.Check(step.Token, sandboxtest.URN(step.Token, step.Name), nil, in.(provider.Props), nil)
			require.NoError(t, err)
			require.Empty(t, failures, step.Name+path)
		}
	}
}

// withUnknown returns copies of a value, by path, in each of which the value at that path is unknown.
func withUnknown(path string, v any) map[string]any {
	copies := map[string]any{}
	switch v := v.(type) {
	case provider.Props:
		for name, item := range v {
			for at, unknown := range withUnknown(path+"."+name, item) {
				changed := maps.Clone(v)
				changed[name] = unknown
				copies[at] = changed
			}
		}
	case []any:
		for i, item := range v {
			for at, unknown := range withUnknown(path+"["+strconv.Itoa(i)+"]", item) {
				changed := slices.Clone(v)
				changed[i] = unknown
				copies[at] = changed
			}
		}
	}
	if path != "" {
		copies[path] = provider.Unknown{}
	}
	return copies
}

func TestTypesThatAreRefused(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	const token = "aws:s3/bucket:Bucket"
	_, _, check := a.Check(token, "urn", nil, nil, nil)
	_, _, diff := a.Diff(token, nil, nil)
	_, _, create := a.Create(token, "urn", nil, false)
	_, update := a.Update(token, "id", nil, nil, false)
	_, _, read := a.Read(token, "id", nil, nil)
	for _, err := range []error{check, diff, create, update, read, a.Delete(token, "id", nil)} {
		require.EqualError(t, err, `the sandbox does not model the type "aws:s3/bucket:Bucket"; `+"docs/sandbox.md lists what it models and "+
			"how to add a type in internal/sandbox/facts")
	}
}
