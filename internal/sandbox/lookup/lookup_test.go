package lookup_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/lookup"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

type props = provider.Props

// token turns "ec2/getVpc" into the function's token.
func token(short string) string {
	_, name, _ := strings.Cut(short, "/")
	return "aws:" + short + ":" + name
}

func call(a *sandboxtest.Account, function string, args props) (props, error) {
	f, known := a.Invokes[token(function)]
	if !known {
		return nil, fmt.Errorf("no function %s", function)
	}
	return f.Answer(a.Scope, a.World, a.Resolve(args))
}

// put adds an object with only what the tests of this package need.
func put(a *sandboxtest.Account, typ, id string, in props) {
	region := a.Region
	if a.Table[typ].Global {
		region = ""
	}
	a.World.Put(&world.Object{Type: typ, Region: region, ID: id, Created: a.World.Now(), Props: in})
	a.World.Advance(1)
}

// inhabited returns an account with the stack, and one of each type that the stack lacks.
func inhabited(t *testing.T) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.Deployed(t, sandboxtest.Changes{
		"balancer": {"tags": props{"env": "staging"}}, "service": {"waitForSteadyState": false},
	})
	for typ, objects := range map[string]map[string]props{
		"aws:ec2/vpc:Vpc": {"vpc-1": {"cidrBlock": "10.0.0.0/16", "tags": props{"Name": "n", "env": "e"}}},
		"aws:ec2/subnet:Subnet": {
			"subnet-1": {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-2a", "tags": props{"Name": "one"}},
			"subnet-2": {"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-2b", "tags": props{"Name": "two"}},
		},
		"aws:ec2/routeTable:RouteTable": {"rtb-1": {"vpcId": "vpc-1"}},
		"aws:ec2/routeTableAssociation:RouteTableAssociation": {
			"rtbassoc-1": {"routeTableId": "rtb-1", "subnetId": "subnet-1"},
		},
		"aws:ec2/internetGateway:InternetGateway": {"igw-1": {"vpcId": "vpc-1"}},
		"aws:ec2/natGateway:NatGateway":           {"nat-1": {"subnetId": "subnet-1", "publicIp": "192.0.2.1"}},
		"aws:route53/zone:Zone":                   {"Z1": {"name": "example.com", "zoneId": "Z1"}},
		"aws:acm/certificate:Certificate": {
			"arn:old":     {"arn": "arn:old", "domainName": "example.com", "status": "ISSUED", "keyAlgorithm": "RSA_2048"},
			"arn:pending": {"arn": "arn:pending", "domainName": "example.com", "status": "PENDING_VALIDATION"},
			"arn:one":     {"arn": "arn:one", "domainName": "one.example.com", "status": "ISSUED"},
		},
		"aws:kms/key:Key":     {"k1": {"arn": "arn:k1", "keyId": "k1", "isEnabled": true, "customerMasterKeySpec": "SYMMETRIC_DEFAULT"}},
		"aws:kms/alias:Alias": {"alias/a": {"name": "alias/a", "arn": "arn:alias", "targetKeyId": "k1", "targetKeyArn": "arn:k1"}},
		"aws:efs/fileSystem:FileSystem": {
			"fs-1": {"creationToken": "token", "dnsName": "fs-1.efs"}, "fs-2": {},
		},
		"aws:rds/instance:Instance":     {"db-1": {"identifier": "main", "instanceClass": "db.t4g.micro", "port": 5432.0, "address": "main.rds"}},
		"aws:ecr/repository:Repository": {"app": {"name": "app", "repositoryUrl": "url"}},
		"aws:ssm/parameter:Parameter":   {"/text": {"name": "/text", "type": "String", "value": provider.Sealed("v")}},
		"aws:sns/topic:Topic":           {"arn:topic": {"name": "alarms", "arn": "arn:topic"}},
	} {
		for _, id := range slices.Sorted(maps.Keys(objects)) {
			put(a, typ, id, objects[id])
		}
	}
	return a
}

func filters(pairs ...any) props {
	var list []any
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, props{"name": pair[0], "values": pair[1:]})
	}
	return props{"filters": list}
}

func TestLookUps(t *testing.T) {
	t.Parallel()
	a := inhabited(t)
	tests := map[string]struct {
		function string
		args     props
		output   string
		want     any
	}{
		"account":              {"index/getCallerIdentity", nil, "accountId", "123456789012"},
		"region":               {"index/getRegion", nil, "name", "eu-west-2"},
		"other region":         {"index/getRegion", props{"name": "us-east-1"}, "endpoint", "ec2.us-east-1.amazonaws.com"},
		"partition":            {"index/getPartition", nil, "partition", "aws"},
		"zones":                {"index/getAvailabilityZones", nil, "names", []any{"eu-west-2a", "eu-west-2b", "eu-west-2c"}},
		"zone ids":             {"index/getAvailabilityZones", props{"state": "available"}, "zoneIds", []any{"euw2-az1", "euw2-az2", "euw2-az3"}},
		"zones without":        {"index/getAvailabilityZones", props{"excludeNames": []any{"eu-west-2a"}, "excludeZoneIds": []any{"euw2-az2"}}, "names", []any{"eu-west-2c"}},
		"zones of a state":     {"index/getAvailabilityZones", props{"state": "impaired"}, "groupNames", []any{}},
		"zones by filter":      {"index/getAvailabilityZones", filters("zone-name", "eu-west-2b", "opt-in-status", "opt-in-not-required"), "names", []any{"eu-west-2b"}},
		"zone":                 {"index/getAvailabilityZone", props{"name": "eu-west-2b"}, "zoneId", "euw2-az2"},
		"zone by id":           {"index/getAvailabilityZone", props{"zoneId": "euw2-az3"}, "nameSuffix", "c"},
		"VPC by CIDR":          {"ec2/getVpc", props{"cidrBlock": "10.0.0.0/16"}, "id", "vpc-1"},
		"VPC by tags":          {"ec2/getVpc", props{"tags": props{"Name": "n"}}, "tags", props{"Name": "n", "env": "e"}},
		"VPC by filter":        {"ec2/getVpc", filters("tag:Name", "n"), "state", "available"},
		"VPC by tag key":       {"ec2/getVpc", filters("tag-key", "env"), "id", "vpc-1"},
		"default VPC":          {"ec2/getVpc", props{"default": true}, "id", "$vpc"},
		"by default":           {"ec2/getVpc", filters("is-default", "true"), "id", "$vpc"},
		"false is no argument": {"ec2/getVpc", props{"default": false, "tags": props{"Name": "n"}}, "id", "vpc-1"},
		"VPCs":                 {"ec2/getVpcs", filters("cidr", "10.0.0.0/16"), "ids", []any{"vpc-1"}},
		"subnets by zone":      {"ec2/getSubnets", filters("vpc-id", "vpc-1", "availability-zone", "eu-west-2b"), "ids", []any{"subnet-2"}},
		"subnets by tag":       {"ec2/getSubnets", filters("tag:Name", "one"), "ids", []any{"subnet-1"}},
		"subnets by tags":      {"ec2/getSubnets", props{"tags": props{"Name": "two"}}, "ids", []any{"subnet-2"}},
		"no subnets":           {"ec2/getSubnets", filters("vpc-id", "vpc-0"), "ids", []any{}},
		"subnet":               {"ec2/getSubnet", props{"vpcId": "vpc-1", "availabilityZone": "eu-west-2b"}, "id", "subnet-2"},
		"subnet by filter":     {"ec2/getSubnet", filters("cidr-block", "10.0.0.0/24"), "vpcId", "vpc-1"},
		"group":                {"ec2/getSecurityGroup", props{"name": "back"}, "id", "$back"},
		"groups":               {"ec2/getSecurityGroups", filters("group-name", "back"), "ids", []any{"$back"}},
		"table of a subnet":    {"ec2/getRouteTable", props{"subnetId": "subnet-1"}, "routeTableId", "rtb-1"},
		"table by filter":      {"ec2/getRouteTable", filters("association.subnet-id", "subnet-1"), "subnetId", "subnet-1"},
		"main table":           {"ec2/getRouteTables", props{"vpcId": "vpc-1"}, "ids", []any{"rtb-1"}},
		"internet gateway":     {"ec2/getInternetGateway", filters("attachment.vpc-id", "vpc-1"), "internetGatewayId", "igw-1"},
		"NAT gateway":          {"ec2/getNatGateway", props{"subnetId": "subnet-1"}, "publicIp", "192.0.2.1"},
		"role":                 {"iam/getRole", props{"name": "live-beats"}, "arn", "$role.arn"},
		"zone by name":         {"route53/getZone", props{"name": "example.com"}, "zoneId", "Z1"},
		"zone with a dot":      {"route53/getZone", props{"name": "example.com.", "privateZone": false}, "zoneId", "Z1"},
		"issued certificate":   {"acm/getCertificate", props{"domain": "example.com"}, "arn", "arn:old"},
		"pending certificate":  {"acm/getCertificate", props{"domain": "example.com", "statuses": []any{"PENDING_VALIDATION"}}, "arn", "arn:pending"},
		"newest certificate":   {"acm/getCertificate", props{"domain": "example.com", "statuses": []any{"PENDING_VALIDATION", "ISSUED"}, "mostRecent": true}, "arn", "arn:pending"},
		"key":                  {"kms/getKey", props{"keyId": "k1"}, "keySpec", "SYMMETRIC_DEFAULT"},
		"key by alias":         {"kms/getKey", props{"keyId": "alias/a"}, "enabled", true},
		"key by alias ARN":     {"kms/getKey", props{"keyId": "arn:alias"}, "awsAccountId", "123456789012"},
		"alias":                {"kms/getAlias", props{"name": "alias/a"}, "targetKeyId", "k1"},
		"cluster":              {"ecs/getCluster", props{"clusterName": "live-beats"}, "arn", "$cluster.arn"},
		"task definition":      {"ecs/getTaskDefinition", props{"taskDefinition": "live-beats"}, "revision", 1.0},
		"revision":             {"ecs/getTaskDefinition", props{"taskDefinition": "live-beats:1"}, "id", "$task.arn"},
		"service":              {"ecs/getService", props{"clusterArn": "$cluster.arn", "serviceName": "live-beats"}, "desiredCount", 2.0},
		"load balancer":        {"lb/getLoadBalancer", props{"name": "live-beats"}, "dnsName", "$balancer.dnsName"},
		"tagged balancer":      {"alb/getLoadBalancer", props{"tags": props{"env": "staging"}}, "arn", "$balancer.arn"},
		"target group":         {"lb/getTargetGroup", props{"name": "live-beats"}, "deregistrationDelay", "300"},
		"listener":             {"lb/getListener", props{"loadBalancerArn": "$balancer", "port": 80.0}, "arn", "$http.arn"},
		"file system":          {"efs/getFileSystem", props{"creationToken": "token"}, "fileSystemId", "fs-1"},
		"database":             {"rds/getInstance", props{"dbInstanceIdentifier": "main"}, "dbInstanceClass", "db.t4g.micro"},
		"repository":           {"ecr/getRepository", props{"name": "app"}, "repositoryUrl", "url"},
		"log group":            {"cloudwatch/getLogGroup", props{"name": "/live-beats"}, "retentionInDays", 30.0},
		"parameter":            {"ssm/getParameter", props{"name": "/staging/SECRET", "withDecryption": false}, "version", 1.0},
		"parameter by ARN":     {"ssm/getParameter", props{"name": "$secret.arn", "withDecryption": false}, "type", "SecureString"},
		"topic":                {"sns/getTopic", props{"name": "alarms"}, "arn", "arn:topic"},
		"zone of balancers":    {"lb/getHostedZoneId", nil, "id", "ZHURV8PSTC4K8"},
		"zone elsewhere":       {"lb/getHostedZoneId", props{"region": "us-east-1", "loadBalancerType": "application"}, "id", "Z35SXDOTRQ7X7K"},
		"account of logs":      {"elb/getServiceAccount", nil, "arn", "arn:aws:iam::652711504416:root"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := call(a, test.function, test.args)
			require.NoError(t, err)
			want := a.Resolve(props{"want": test.want})["want"]
			require.Equal(t, want, got[test.output])
		})
	}
}

// The value is returned as KMS's ciphertext would be: it does not show the value, and changes with every version.
func TestCiphertext(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, sandboxtest.Changes{"service": {"waitForSteadyState": false}})
	encrypted := func() props {
		out, err := call(a, "ssm/getParameter", props{"name": "/staging/SECRET", "withDecryption": false})
		require.NoError(t, err)
		return out
	}
	first := encrypted()
	require.Equal(t, first, encrypted())
	require.Regexp(t, `^AQICAH[A-Za-z0-9+/=]{80,}$`, first["value"])
	require.NotContains(t, first["value"], strings.TrimPrefix(provider.Sealed(sandboxtest.SecretValue), "sha256:"))
	_, err := a.Sandbox.PutParameter(a.Region, "/staging/SECRET", sandboxtest.SecretValue, "")
	require.NoError(t, err)
	second := encrypted()
	require.InDelta(t, 2.0, second["version"], 0)
	require.NotEqual(t, first["value"], second["value"])
}

func TestLookUpsThatAreRefused(t *testing.T) {
	t.Parallel()
	a := inhabited(t)
	tests := map[string]struct {
		function string
		args     props
		want     string
	}{
		"argument": {
			"ec2/getVpc",
			props{"x": 1.0},
			`the sandbox does not model the argument "x" of this function; it models [cidrBlock default dhcpOptionsId filters id state tags]`,
		},
		"argument of a fixed one": {"index/getPartition", props{"x": 1.0}, `the sandbox does not model the argument "x" of this function; it models []`},
		"required":                {"iam/getRole", nil, `missing required argument "name"`},
		"filter": {
			"ec2/getRouteTables", filters("route.gateway-id", "x"),
			`the sandbox does not model the filter "route.gateway-id"; it models [association.main association.subnet-id owner-id route-table-id vpc-id], tag:KEY and tag-key`,
		},
		"wildcard":          {"ec2/getSubnets", filters("tag:Name", "o*"), "the sandbox does not model wildcards in filters, as in tag:Name=[o*]"},
		"no VPC":            {"ec2/getVpc", props{"id": "vpc-0"}, "no matching EC2 VPC found"},
		"two VPCs":          {"ec2/getVpc", nil, "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC"},
		"no subnet":         {"ec2/getSubnet", props{"id": "subnet-0"}, "no matching EC2 Subnet found"},
		"no zone":           {"index/getAvailabilityZone", props{"name": "eu-west-2d"}, "no matching AZ found"},
		"three zones":       {"index/getAvailabilityZone", nil, "multiple AZs matched; use additional constraints to reduce matches to a single AZ"},
		"no role":           {"iam/getRole", props{"name": "nobody"}, "reading IAM Role (nobody): couldn't find resource"},
		"no hosted zone":    {"route53/getZone", props{"name": "example.org"}, "no matching Route 53 Hosted Zone found"},
		"private zone":      {"route53/getZone", props{"name": "example.com", "privateZone": true}, "no matching Route 53 Hosted Zone found"},
		"no certificate":    {"acm/getCertificate", props{"domain": "example.org"}, "reading ACM Certificates: empty result"},
		"other tags":        {"acm/getCertificate", props{"domain": "example.com", "tags": props{"a": "b"}}, "no matching ACM Certificate found"},
		"two certificates":  {"acm/getCertificate", props{"domain": "example.com", "statuses": []any{"ISSUED", "PENDING_VALIDATION"}}, "2 matching ACM Certificates found"},
		"two file systems":  {"efs/getFileSystem", nil, "Search returned 2 results, please revise so only one is returned"},
		"no parameter":      {"ssm/getParameter", props{"name": "/x"}, "reading SSM Parameter (/x): couldn't find resource"},
		"text":              {"ssm/getParameter", props{"name": "/text", "withDecryption": false}, "the sandbox keeps only a digest of the value of /text, because it is a secret, and cannot look it up; pass it to the program in another way"},
		"secret":            {"ssm/getParameter", props{"name": "/staging/SECRET"}, "the sandbox keeps only a digest of the value of /staging/SECRET, because it is a secret, and cannot look it up; pass it to the program in another way"},
		"network balancers": {"lb/getHostedZoneId", props{"loadBalancerType": "network"}, "the sandbox models the hosted zones of application load balancers only, not of network ones"},
		"no region":         {"lb/getHostedZoneId", props{"region": "x"}, "unsupported Region: x"},
		"a region without a log's": {
			"elb/getServiceAccount",
			props{"region": "eu-south-2"},
			"unknown AWS Region (eu-south-2): access logs are delivered by logdelivery.elasticloadbalancing.amazonaws.com there",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := call(a, test.function, test.args)
			require.EqualError(t, err, test.want)
		})
	}
}

var template = regexp.MustCompile(`\{(\w+)\}`)

// Every property that the table names exists in the facts.
func TestTableNamesWhatExists(t *testing.T) {
	t.Parallel()
	table, err := facts.Load()
	require.NoError(t, err)
	functions, err := lookup.Functions()
	require.NoError(t, err)
	seeded := []string{"id", "default", "defaultForAz", "main", "ownerId", "region", "account"} // Properties of what AWS creates by default.
	var missing []string
	for token, f := range functions {
		typ := table[f.Type]
		require.NotNil(t, typ, token)
		check := func(typ *facts.Type, name string) {
			if !slices.Contains(seeded, name) && typ.Property(name) == nil {
				missing = append(missing, fmt.Sprintf("%s: %s has no property %q", token, typ.Token, name))
			}
		}
		paths := slices.Concat(slices.Collect(maps.Values(f.By)), slices.Collect(maps.Values(f.Filters)))
		for _, p := range append(slices.Concat(paths...), slices.Collect(maps.Values(f.Outputs))...) {
			of := typ
			if p.Of != "" {
				of = table[p.Of]
				require.NotNil(t, of, "%s: %s", token, p.Of)
				check(of, p.By)
				check(typ, cmp.Or(p.From, "id"))
			}
			for _, m := range template.FindAllStringSubmatch(p.Property, -1) {
				check(of, m[1])
			}
			if p.Property != "" && !strings.Contains(p.Property, "{") {
				check(of, p.Property)
			}
		}
		for _, name := range f.Same {
			check(typ, name)
		}
	}
	require.Empty(t, missing)
}

// A fault affects look-ups by the API calls that the real provider makes for them. A few look-ups make none.
func TestLookUpsMakeCalls(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	var without []string
	for token, f := range a.Invokes {
		if len(f.Calls) == 0 {
			without = append(without, token)
		}
		for _, call := range f.Calls {
			require.Regexp(t, "^(Describe|Get|List|Head)[A-Z]", call, "%s changes nothing", token)
		}
	}
	require.ElementsMatch(t, []string{
		"aws:index/getRegion:getRegion", "aws:index/getPartition:getPartition", "aws:lb/getHostedZoneId:getHostedZoneId",
		"aws:iam/getPolicyDocument:getPolicyDocument", "aws:elb/getServiceAccount:getServiceAccount",
	}, without)
}
