package verify_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

// shopResource is one resource of testdata/shop.yaml.
type shopResource struct {
	Type, Name, ID string
	Props          map[string]any
}

// shop is a state of somebody's application that differs from Live Beats.
type shop struct {
	region    string // Of the provider; empty where the environment says.
	resources []shopResource
}

func readShop(t *testing.T) *shop {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "shop.yaml"))
	require.NoError(t, err)
	s := &shop{region: "eu-central-1"}
	require.NoError(t, yaml.Unmarshal(text, &s.resources))
	return s
}

func (s *shop) props(name string) map[string]any {
	i := slices.IndexFunc(s.resources, func(r shopResource) bool { return r.Name == name })
	return s.resources[i].Props
}

func (s *shop) delete(names ...string) {
	s.resources = slices.DeleteFunc(s.resources, func(r shopResource) bool { return slices.Contains(names, r.Name) })
}

func (s *shop) add(typ, name, id string, props map[string]any) {
	s.resources = append(s.resources, shopResource{typ, name, id, props})
}

func (s *shop) container(old, replacement string) {
	task := s.props("task")
	task["containerDefinitions"] = strings.Replace(task["containerDefinitions"].(string), old, replacement, 1)
}

// document is the state as pulumi stack export writes it.
func (s *shop) document(t *testing.T) string {
	t.Helper()
	const provider = "urn:pulumi:live::shop::pulumi:providers:aws::default"
	resources := []any{map[string]any{
		"urn": provider, "type": "pulumi:providers:aws", "id": "p", "inputs": map[string]any{"region": s.region},
	}}
	for _, r := range s.resources {
		resources = append(resources, map[string]any{
			"urn": "urn:pulumi:live::shop::" + r.Type + "::" + r.Name, "type": r.Type, "id": r.ID, "custom": true,
			"provider": provider + "::p", "outputs": r.Props,
		})
	}
	text, err := json.Marshal(map[string]any{"version": 3, "deployment": map[string]any{"resources": resources}})
	require.NoError(t, err)
	return string(text)
}

func policy(statement string) string {
	return `{"Version": "2012-10-17", "Statement": [` + statement + `]}`
}

// TestShop checks the states of applications that others have: what is not in the state is undecided, and neighbours of
// what is modelled are read.
func TestShop(t *testing.T) {
	t.Parallel()
	const (
		proven, violation, undecided = awsmodel.Proven, awsmodel.Refuted, awsmodel.Undecided

		allowSecrets = `{"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*"}`
	)
	type want = map[string]awsmodel.Verdict
	good := want{
		"roles": proven, "registry": proven, "secrets": proven, "image": proven, "logs": proven, "targets": proven,
		"health": undecided, "internet": proven, "exposure": proven, "limits": proven,
	}
	open := map[string]any{"protocol": "tcp", "fromPort": 8080.0, "toPort": 8080.0}
	for name, test := range map[string]struct {
		edit func(*shop)
		want want // What differs from a good state.
	}{
		"good":                    {func(*shop) {}, nil},
		"without a region":        {func(s *shop) { s.region = "" }, nil},
		"older names of types":    {func(s *shop) { s.rename("aws:lb/", "aws:alb/") }, nil},
		"names of version 2":      {func(s *shop) { s.rename("aws:lb/", "aws:elasticloadbalancingv2/") }, nil},
		"names of another module": {func(s *shop) { s.rename("aws:lb/", "aws:applicationloadbalancing/") }, nil},
		"subnets elsewhere": {func(s *shop) {
			s.delete("vpc", "a", "b", "igw", "out", "out-a", "out-b")
			s.props("tasks")["ingress"] = []any{with(open, "cidrBlocks", "0.0.0.0/0")}
		}, want{
			"registry": undecided, "secrets": undecided, "image": undecided, "logs": undecided, "targets": undecided,
			"internet": undecided, "exposure": undecided,
		}},
		"a group of another stack": {func(s *shop) { s.delete("tasks") }, want{
			"registry": undecided, "secrets": undecided, "image": undecided, "logs": undecided, "targets": undecided,
			"exposure": undecided,
		}},
		"a prefix list": {func(s *shop) {
			s.props("front")["ingress"] = []any{map[string]any{
				"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "prefixListIds": []any{"pl-1"},
			}}
		}, want{"internet": undecided}},
		"two halves of the internet": {func(s *shop) {
			s.props("front")["ingress"] = []any{map[string]any{
				"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"0.0.0.0/1", "128.0.0.0/1"},
			}}
		}, nil},
		"open by IPv6": {func(s *shop) {
			s.props("tasks")["ingress"] = []any{with(open, "securityGroups", "sg-front"), with(open, "ipv6CidrBlocks", "::/0")}
		}, want{"exposure": violation}},
		"a route to a transit gateway": {func(s *shop) {
			s.props("out")["routes"] = []any{map[string]any{"cidrBlock": "0.0.0.0/0", "transitGatewayId": "tgw-1"}}
		}, want{
			"registry": undecided, "secrets": undecided, "image": undecided, "logs": undecided, "internet": undecided,
		}},
		"a network ACL": {func(s *shop) { s.add("aws:ec2/networkAcl:NetworkAcl", "acl", "acl-1", nil) }, want{
			"registry": undecided, "secrets": undecided, "image": undecided, "logs": undecided, "targets": undecided,
			"internet": undecided, "exposure": undecided,
		}},
		"a key pair": {func(s *shop) { s.add("aws:ec2/keyPair:KeyPair", "key", "key", nil) }, nil},
		"a network load balancer": {
			func(s *shop) { s.props("lb")["loadBalancerType"] = "network" },
			want{"targets": undecided, "internet": undecided},
		},
		"attached to a list of roles": {func(s *shop) {
			s.delete("start-secrets")
			s.add("aws:iam/policy:Policy", "p", "arn:aws:iam::111122223333:policy/p", map[string]any{
				"arn": "arn:aws:iam::111122223333:policy/p", "policy": policy(allowSecrets),
			})
			s.add("aws:iam/policyAttachment:PolicyAttachment", "pa", "pa", map[string]any{
				"policyArn": "arn:aws:iam::111122223333:policy/p", "roles": []any{"start"},
			})
		}, nil},
		"a boundary that allows less": {func(s *shop) {
			s.boundary(`{"Effect": "Allow", "Action": ["ecr:*", "logs:*"], "Resource": "*"}`)
		}, want{"secrets": violation}},
		"a boundary that allows it": {func(s *shop) { s.boundary(`{"Effect": "Allow", "Action": "*", "Resource": "*"}`) }, nil},
		"a boundary elsewhere": {func(s *shop) {
			s.props("start")["permissionsBoundary"] = "arn:aws:iam::111122223333:policy/boundary"
		}, want{"registry": undecided, "secrets": undecided, "image": undecided, "logs": undecided}},
		"by the parameter's tag": {func(s *shop) {
			s.secrets(`{"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*",
				"Condition": {"StringEquals": {"aws:ResourceTag/team": "shop"}}}`)
		}, nil},
		"by another tag": {func(s *shop) {
			s.secrets(`{"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*",
				"Condition": {"StringEquals": {"aws:ResourceTag/team": "other"}}}`)
		}, want{"secrets": violation}},
		"everything but IAM": {func(s *shop) {
			s.secrets(`{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}`)
		}, nil},
		"denied outside of the region": {func(s *shop) {
			s.secrets(allowSecrets + `, {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
				"Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}}`)
		}, nil},
		"denied inside of the region": {func(s *shop) {
			s.secrets(allowSecrets + `, {"Effect": "Deny", "Action": "ssm:*", "Resource": "*",
				"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}}`)
		}, want{"secrets": violation}},
		"by a key that nobody knows": {func(s *shop) {
			s.secrets(`{"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "*",
				"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}`)
		}, want{"secrets": undecided}},
		"secret containers": {func(s *shop) {
			s.props("task")["containerDefinitions"] = map[string]any{
				"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:a:b",
			}
		}, want{
			"registry": undecided, "secrets": undecided, "image": undecided, "volumes": undecided, "logs": undecided,
			"boot": undecided, "database": undecided, "targets": undecided, "discovery": undecided, "cluster": undecided,
			"exec": undecided, "sign-in": undecided, "host": undecided, "timeouts": undecided, "connections": undecided,
		}},
		"an image of another account": {func(s *shop) {
			s.container("111122223333.dkr.ecr", "444455556666.dkr.ecr")
		}, want{"image": undecided}},
		"the registry's other name": {func(s *shop) {
			s.container("111122223333.dkr.ecr.eu-central-1.amazonaws.com", "111122223333.dkr-ecr.eu-central-1.on.aws")
		}, nil},
		"without PORT": {func(s *shop) {
			s.container(`"environment": [{"name": "PORT", "value": "8080"}],`, "")
		}, nil},
		"a closed Aurora cluster": {func(s *shop) {
			s.aurora()
			s.add("aws:ec2/securityGroup:SecurityGroup", "db", "sg-db", map[string]any{"vpcId": "vpc-1", "ingress": []any{}})
		}, want{"database": violation}},
		"an Aurora cluster with a group elsewhere": {func(s *shop) { s.aurora() }, want{"database": undecided}},
		"a database elsewhere": {func(s *shop) {
			s.container(`"environment": [`, `"environment": [{"name": "DATABASE_URL", "value": "postgres://u:p@db.example.com/shop"}, `)
		}, want{"database": undecided}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := readShop(t)
			test.edit(s)
			report, err := verify.State(strings.NewReader(s.document(t)))
			require.NoError(t, err)
			expected := maps.Clone(good)
			maps.Copy(expected, test.want)
			found := want{}
			for _, p := range report.Proofs {
				found[p.ID] = p.Verdict
			}
			require.Equal(t, expected, found)
		})
	}
}

func with(rule map[string]any, property, value string) map[string]any {
	rule = maps.Clone(rule)
	rule[property] = []any{value}
	return rule
}

func (s *shop) rename(prefix, replacement string) {
	for i, r := range s.resources {
		s.resources[i].Type = strings.Replace(r.Type, prefix, replacement, 1)
	}
}

func (s *shop) secrets(statements string) { s.props("start-secrets")["policy"] = policy(statements) }

func (s *shop) boundary(statement string) {
	const arn = "arn:aws:iam::111122223333:policy/boundary"
	s.props("start")["permissionsBoundary"] = arn
	s.add("aws:iam/policy:Policy", "boundary", arn, map[string]any{"arn": arn, "policy": policy(statement)})
}

// aurora is a cluster that the environment names, with the security group sg-db.
func (s *shop) aurora() {
	const endpoint = "shop.cluster-1.eu-central-1.rds.amazonaws.com"
	s.container(`"environment": [`, `"environment": [{"name": "DATABASE_URL", "value": "postgres://u:p@`+endpoint+`/shop"}, `)
	s.add("aws:rds/cluster:Cluster", "shop", "shop", map[string]any{
		"endpoint": endpoint, "port": 5432.0, "vpcSecurityGroupIds": []any{"sg-db"}, "dbSubnetGroupName": "elsewhere",
	})
}

// TestStacksTogether checks network and application in stacks of their own, which alone leave most of it undecided.
func TestStacksTogether(t *testing.T) {
	t.Parallel()
	network, app := readShop(t), readShop(t)
	parts := []string{"vpc", "a", "b", "igw", "out", "out-a", "out-b"}
	app.delete(parts...)
	network.resources = slices.DeleteFunc(network.resources, func(r shopResource) bool {
		return !slices.Contains(parts, r.Name)
	})
	alone, err := verify.State(strings.NewReader(app.document(t)))
	require.NoError(t, err)
	require.NotEmpty(t, alone.Of("internet"))
	require.Equal(t, awsmodel.Undecided, alone.Of("internet")[0].Verdict)
	together, err := verify.State(strings.NewReader(network.document(t)), strings.NewReader(app.document(t)))
	require.NoError(t, err)
	for _, p := range together.Proofs {
		if p.ID != "health" {
			require.Equal(t, awsmodel.Proven, p.Verdict, p.ID)
		}
	}
}
