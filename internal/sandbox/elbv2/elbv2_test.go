package elbv2_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/acm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	certificate = "arn:aws:acm:eu-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	elsewhere   = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
)

type props = provider.Props

// balancer, targets and listener are valid inputs.
var (
	balancer = props{"name": "live-beats", "subnets": []any{"$subnet-a", "$subnet-b"}}
	targets  = props{"name": "live-beats", "port": 4000.0, "protocol": "HTTP", "targetType": "ip", "vpcId": "$vpc"}
	listener = props{"loadBalancerArn": "$balancer", "port": 80.0, "defaultActions": []any{forward("$targets")}}
)

func forward(group string) props { return props{"type": "forward", "targetGroupArn": group} }

var with = sandboxtest.Merge

// steps create a load balancer and two target groups, one of them in another VPC.
func steps() []sandboxtest.Step {
	return []sandboxtest.Step{
		{Token: sandboxtest.LoadBalancer, Name: "balancer", Inputs: balancer},
		{Token: sandboxtest.TargetGroup, Name: "targets", Inputs: targets},
		{Token: sandboxtest.TargetGroup, Name: "others", Inputs: with(targets, props{"name": "others"})},
		{Token: sandboxtest.TargetGroup, Name: "foreign", Inputs: with(targets, props{"name": "foreign", "vpcId": "$other-vpc"})},
	}
}

// account returns an account with the steps, and an issued certificate.
func account(t *testing.T, more ...sandboxtest.Step) *sandboxtest.Account {
	t.Helper()
	a := sandboxtest.New(t)
	a.OtherNetwork()
	require.NoError(t, acm.Put(a.World, a.Scope, certificate, "example.com"))
	for _, step := range append(steps(), more...) {
		require.NoError(t, a.Make(step.Token, step.Name, step.Inputs), step.Name)
	}
	return a
}

func TestLoadBalancer(t *testing.T) {
	t.Parallel()
	logs := func(change props) props {
		return props{"accessLogs": with(props{"bucket": "logs", "enabled": true}, change)}
	}
	prefix := "accessLogs.prefix: must not contain AWSLogs, nor begin or end with a slash: "
	sandboxtest.Breaks{
		Token: sandboxtest.LoadBalancer, Good: balancer, Update: props{"idleTimeout": 90.0, "clientKeepAlive": 60.0},
		Cases: map[string]sandboxtest.Break{
			"three zones":     {props{"subnets": []any{"$subnet-a", "$subnet-b", "$subnet-c"}}, ""},
			"logs turned off": {logs(props{"enabled": false}), ""},
			"one subnet": {props{"subnets": []any{"$subnet-a"}}, "ValidationError: " +
				"At least two subnets in two different Availability Zones must be specified"},
			"same zone": {props{"subnets": []any{"$subnet-a", "$subnet-a"}}, "InvalidConfigurationRequest: " +
				"A load balancer cannot be attached to multiple subnets in the same Availability Zone"},
			"two VPCs": {
				props{"subnets": []any{"$subnet-a", "$other-subnet-b"}}, "InvalidSubnet: The subnets must be in one VPC",
			},
			"group of another VPC": {
				props{"securityGroups": []any{"$other-group"}},
				"InvalidConfigurationRequest: One or more security groups are invalid",
			},
			"no gateway": {
				props{"subnets": []any{"$other-subnet-a", "$other-subnet-b"}},
				"InvalidSubnet: VPC $other-vpc has no internet gateway",
			},
			"internal without a gateway": {
				props{"subnets": []any{"$other-subnet-a", "$other-subnet-b"}, "internal": true}, "",
			},
			"no subnet":     {props{"subnets": []any{"subnet-0", "$subnet-b"}}, "InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist"},
			"no group":      {props{"securityGroups": []any{"sg-0"}}, "InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
			"reserved name": {props{"name": "internal-x"}, `name: cannot begin with "internal-": "internal-x"`},
			"hyphen":        {props{"name": "beats-"}, `name: "beats-" does not match ^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?$`},
			"long name": {
				props{"name": "abcdefghijklmnopqrstuvwxyz-0123456"},
				`name: cannot be longer than 32 characters: "abcdefghijklmnopqrstuvwxyz-0123456" has 34`,
			},
			"kind":       {props{"loadBalancerType": "network"}, "loadBalancerType: expected one of [application], got network"},
			"dualstack":  {props{"ipAddressType": "dualstack"}, "ipAddressType: expected one of [ipv4], got dualstack"},
			"idle":       {props{"idleTimeout": 4001.0}, "idleTimeout: expected a value in the range (1 - 4000), got 4001"},
			"keep alive": {props{"clientKeepAlive": 59.0}, "clientKeepAlive: expected a value in the range (60 - 604800), got 59"},
			"six groups": {
				props{"securityGroups": []any{"a", "b", "c", "d", "e", "f"}}, "securityGroups: expected at most 5 items, got 6",
			},
			"bucket": {logs(nil), "InvalidConfigurationRequest: Access Denied for bucket: logs. Please check S3bucket permission"},
			"prefix": {logs(props{"prefix": "a/AWSLogs"}), prefix + `"a/AWSLogs"`},
			"slash":  {logs(props{"prefix": "/a"}), prefix + `"/a"`},
		},
	}.Run(t)
}

func TestLoadBalancerInASmallSubnet(t *testing.T) {
	t.Parallel()
	a := account(t)
	a.World.Get("aws:ec2/subnet:Subnet", a.Region, a.Got("subnet-a").ID).Props["cidrBlock"] = "172.31.0.0/28"
	require.EqualError(t, a.Make(sandboxtest.LoadBalancer, "lb", with(balancer, props{"name": "lb"})), a.Text(
		"InvalidSubnet: Not enough IP space available in $subnet-a. ELB requires at least 8 free IP addresses in each subnet."))
}

func TestLoadBalancerIsProtected(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Change("balancer", props{"enableDeletionProtection": true}))
	require.EqualError(t, a.Remove("balancer"), a.Text(
		"OperationNotPermitted: Load balancer '$balancer' cannot be deleted because deletion protection is enabled"))
	require.NoError(t, a.Change("balancer", props{"enableDeletionProtection": false}))
	require.NoError(t, a.Remove("balancer"))
}

func TestLoadBalancerStaysInItsVpc(t *testing.T) {
	t.Parallel()
	a := account(t)
	a.OtherNetwork()
	other := props{"subnets": []any{"$other-subnet-a", "$other-subnet-b"}, "securityGroups": []any{"$other-group"}}
	require.EqualError(t, a.Change("balancer", other),
		a.Text("InvalidSubnet: The subnets must be in the load balancer's VPC $vpc"))
}

func TestLoadBalancerOutputs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.LoadBalancer, "lb", with(balancer, props{"name": nil, "internal": true})))
	state := a.Got("lb").State
	require.Regexp(t, `^internal-lb-[0-9a-f]{7}-[0-9a-f]{10}\.eu-west-2\.elb\.amazonaws\.com$`, state["dnsName"])
	require.Equal(t, "ZHURV8PSTC4K8", state["zoneId"])
	require.Equal(t, a.Got("vpc").ID, state["vpcId"])
	require.Equal(t, []any{a.Got("group").ID}, state["securityGroups"], "the VPC's default group")
}

func TestLoadBalancerInAnUnknownRegion(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	engine, err := a.Sandbox.Engine("xx-north-1")
	require.NoError(t, err)
	subnets := []any{}
	for _, o := range a.World.List("aws:ec2/subnet:Subnet", "xx-north-1") {
		subnets = append(subnets, o.ID)
	}
	_, _, err = engine.Create(sandboxtest.LoadBalancer, "urn", props{"name": "a", "subnets": subnets}, false)
	require.EqualError(t, err, `the sandbox does not model the load balancers' hosted zone in region "xx-north-1"; `+
		"add it to internal/sandbox/elbv2/target_group.go")
}

func TestTargetGroup(t *testing.T) {
	t.Parallel()
	health := func(name string, v any) props { return props{"healthCheck": props{"path": "/signin", name: v}} }
	sticky := func(change props) props { return props{"stickiness": with(props{"type": "lb_cookie"}, change)} }
	codes := "healthCheck.matcher: expected HTTP codes from 200 to 499 as values (200,202) or a range (200-299), got "
	smaller := "healthCheck.timeout: Health check timeout '5' must be smaller than the interval '5'"
	const checkPort = `healthCheck.port: "health_check.0.port" must be a valid port number (1-65536) or "traffic-port"`
	sandboxtest.Breaks{
		Token: sandboxtest.TargetGroup, Good: targets,
		Update: props{"deregistrationDelay": 30.0, "stickiness": props{"type": "lb_cookie", "cookieDuration": 60.0}},
		Cases: map[string]sandboxtest.Break{
			"codes":          {health("matcher", "200,302"), ""},
			"range of codes": {health("matcher", "200-299"), ""},
			"slow start":     {props{"slowStart": 30.0}, ""},
			"port":           {health("port", "4001"), ""},
			"app cookie":     {sticky(props{"type": "app_cookie", "cookieName": "_live_beats_key"}), ""},
			"random":         {props{"loadBalancingAlgorithmType": "weighted_random", "loadBalancingAnomalyMitigation": "on"}, ""},
			"HTTP2":          {props{"protocolVersion": "HTTP2"}, ""},
			"timeout":        {props{"healthCheck": props{"interval": 6.0, "timeout": 5.0}}, ""},
			"no codes":       {health("matcher", ""), codes + `""`},
			"words":          {health("matcher", "ok"), codes + `"ok"`},
			"code 500":       {health("matcher", "500"), codes + `"500"`},
			"code 199":       {health("matcher", "199"), codes + `"199"`},
			"quick start":    {props{"slowStart": 29.0}, "slowStart: expected 0 or a value in the range (30 - 900), got 29"},
			"slow start and another algorithm": {
				props{"slowStart": 30.0, "loadBalancingAlgorithmType": "least_outstanding_requests"},
				"slowStart: cannot be combined with loadBalancingAlgorithmType least_outstanding_requests",
			},
			"mitigation": {
				props{"loadBalancingAnomalyMitigation": "on"},
				"loadBalancingAnomalyMitigation: needs loadBalancingAlgorithmType weighted_random",
			},
			"timeout as long as the interval": {props{"healthCheck": props{"interval": 5.0, "timeout": 5.0}}, smaller},
			"default timeout":                 {health("interval", 5.0), smaller},
			"relative path":                   {health("path", "signin"), `healthCheck.path: "signin" does not match ^/`},
			"threshold":                       {health("healthyThreshold", 1.0), "healthCheck.healthyThreshold: expected a value in the range (2 - 10), got 1"},
			"unhealthy":                       {health("unhealthyThreshold", 11.0), "healthCheck.unhealthyThreshold: expected a value in the range (2 - 10), got 11"},
			"check port":                      {health("port", "http"), checkPort},
			"check port 0":                    {health("port", "0"), checkPort},
			"check port 70000":                {health("port", "70000"), checkPort},
			"check port 65536":                {health("port", "65536"), "healthCheck.port: ValidationError: Health check port '65536' must be from 1 to 65535"},
			"check port 65535":                {health("port", "65535"), ""},
			"no checks":                       {health("enabled", false), "healthCheck.enabled: ValidationError: Health check enabled must be true for target groups with target type 'instance' or 'ip'"},
			"TCP": {
				health("protocol", "TCP"),
				`healthCheck.protocol: Attribute "health_check.protocol" cannot have value "TCP" when "protocol" is "HTTP"`,
			},
			"algorithm": {
				props{"loadBalancingAlgorithmType": "fastest"}, "loadBalancingAlgorithmType: expected one of " +
					"[round_robin, least_outstanding_requests, weighted_random], got fastest",
			},
			"gRPC":           {props{"protocolVersion": "GRPC"}, "protocolVersion: expected one of [HTTP1, HTTP2], got GRPC"},
			"delay":          {props{"deregistrationDelay": 3601.0}, "deregistrationDelay: expected a value in the range (0 - 3600), got 3601"},
			"kind of cookie": {sticky(props{"type": "source_ip"}), "stickiness.type: expected one of [lb_cookie, app_cookie], got source_ip"},
			"cookie's age":   {sticky(props{"cookieDuration": 604801.0}), "stickiness.cookieDuration: expected a value in the range (1 - 604800), got 604801"},
			"no cookie":      {sticky(props{"type": "app_cookie"}), "stickiness.cookieName: missing required property when type is app_cookie"},
			"needless cookie": {
				sticky(props{"cookieName": "c"}), "stickiness.cookieName: must not be set when type is lb_cookie",
			},
			"reserved cookie": {
				sticky(props{"type": "app_cookie", "cookieName": "AWSALBTG"}),
				`stickiness.cookieName: cannot begin with AWSALB, which is reserved for AWS: "AWSALBTG"`,
			},
			"no VPC":   {props{"vpcId": "vpc-0"}, "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"},
			"no port":  {props{"port": nil}, "port: missing required property"},
			"protocol": {props{"protocol": "TCP"}, "protocol: expected one of [HTTP, HTTPS], got TCP"},
			"name":     {props{"name": "-beats"}, `name: "-beats" does not match ^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?$`},
		},
	}.Run(t)
}

// The real provider has a default for the delay. If it is unset, it returns to the default.
func TestDelayGoesBack(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Change("targets", props{"deregistrationDelay": 30.0}))
	in, err := a.Changed("targets", props{"deregistrationDelay": nil})
	require.NoError(t, err)
	changes, _, err := a.Diff(sandboxtest.TargetGroup, a.Got("targets").State, in)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	require.NoError(t, a.Change("targets", props{"deregistrationDelay": nil}))
	require.Equal(t, 300.0, a.Got("targets").State["deregistrationDelay"])
}

func TestNamesAndQuotas(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.EqualError(t, a.Make(sandboxtest.LoadBalancer, "twin", balancer), "DuplicateLoadBalancerName: "+
		"A load balancer with the same name 'live-beats' exists, but with different settings")
	require.EqualError(t, a.Make(sandboxtest.TargetGroup, "twin", targets), "DuplicateTargetGroupName: "+
		"A target group with the same name 'live-beats' exists, but with different settings")
	fill(a, sandboxtest.LoadBalancer, 49, nil)
	require.EqualError(t, a.Make(sandboxtest.LoadBalancer, "more", with(balancer, props{"name": "more"})), "TooManyLoadBalancers: "+
		"You've reached the limit on the number of load balancers for your Amazon Web Services account.")
	fill(a, sandboxtest.TargetGroup, 2997, nil)
	require.EqualError(t, a.Make(sandboxtest.TargetGroup, "more", with(targets, props{"name": "more"})), "TooManyTargetGroups: "+
		"You've reached the limit on the number of target groups for your Amazon Web Services account.")
	require.NoError(t, a.Make(sandboxtest.Listener, "http", listener))
	fill(a, sandboxtest.Listener, 49, props{"loadBalancerArn": a.Got("balancer").ID})
	require.EqualError(t, a.Make(sandboxtest.Listener, "more", with(listener, props{"port": 81.0})), "TooManyListeners: "+
		"You've reached the limit on the number of listeners per load balancer.")
	fill(a, rule, 100, props{"listenerArn": a.Got("http").ID})
	require.EqualError(t, a.Make(rule, "more", aRule), "TooManyRules: "+
		"You've reached the limit on the number of rules per load balancer.")
}

// fill adds n objects of a type to the account.
func fill(a *sandboxtest.Account, token string, n int, in props) {
	for i := range n {
		a.World.Put(&world.Object{Type: token, Region: a.Region, ID: fmt.Sprint("x", i), Props: in})
	}
}

func TestAccessLogs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make("aws:s3/bucketV2:BucketV2", "bucket", props{"bucket": "beats-logs"}))
	require.NoError(t, a.Make("aws:s3/bucketPolicy:BucketPolicy", "policy", props{"bucket": "$bucket", "policy": `{
 "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject",
  "Principal": {"AWS": "arn:aws:iam::652711504416:root"},
  "Resource": "arn:aws:s3:::beats-logs/alb/AWSLogs/123456789012/*"}]}`}))
	logs := func(prefix string) props {
		return props{"accessLogs": props{"bucket": "beats-logs", "enabled": true, "prefix": prefix}}
	}
	require.NoError(t, a.Make(sandboxtest.LoadBalancer, "balancer", with(balancer, logs("alb"))))
	require.EqualError(t, a.Change("balancer", logs("web")), "InvalidConfigurationRequest: "+
		"Access Denied for bucket: beats-logs. Please check S3bucket permission")
}
