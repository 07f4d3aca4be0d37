package elbv2_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/elbv2"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	certificate = "arn:aws:acm:eu-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	elsewhere   = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
)

func TestLoadBalancerRules(t *testing.T) {
	t.Parallel()
	set := sandboxtest.Set
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"three zones": {set("balancer", "subnets", []any{"$subnet-a", "$subnet-b", "$subnet-c"}), ""},
		"one subnet": {set("balancer", "subnets", []any{"$subnet-a"}), "balancer: ValidationError: " +
			"At least two subnets in two different Availability Zones must be specified"},
		"same zone": {set("balancer", "subnets", []any{"$subnet-a", "$subnet-a"}), "balancer: InvalidConfigurationRequest: " +
			"A load balancer cannot be attached to multiple subnets in the same Availability Zone"},
		"two VPCs": {
			set("balancer", "subnets", []any{"$subnet-a", "$other-subnet-b"}),
			"balancer: InvalidSubnet: The subnets must be in one VPC",
		},
		"group of another VPC": {
			set("balancer", "securityGroups", []any{"$other-group"}),
			"balancer: InvalidConfigurationRequest: One or more security groups are invalid",
		},
		"no gateway": {
			sandboxtest.Changes{"balancer": {
				"subnets": []any{"$other-subnet-a", "$other-subnet-b"}, "securityGroups": []any{"$other-group"},
			}}, "balancer: InvalidSubnet: VPC $other-vpc has no internet gateway",
		},
		"reserved name": {set("balancer", "name", "internal-x"), `balancer: name: cannot begin with "internal-": "internal-x"`},
	})
}

func TestLoadBalancerOutputs(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(sandboxtest.LoadBalancer, "lb", provider.Props{
		"internal": true, "subnets": []any{"$subnet-a", "$subnet-b"},
	}))
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
	_, _, err = engine.Create(sandboxtest.LoadBalancer, "urn", provider.Props{"name": "a", "subnets": subnets}, false)
	require.EqualError(t, err, `the sandbox does not know the load balancers' hosted zone of region "xx-north-1"; `+
		"add it to internal/sandbox/elbv2/zones.go")
}

func TestTargetGroupRules(t *testing.T) {
	t.Parallel()
	health := func(name string, v any) sandboxtest.Changes {
		return sandboxtest.Set("targets", "healthCheck", provider.Props{"path": "/signin", name: v})
	}
	codes := "targets: healthCheck.matcher: expected HTTP codes from 200 to 499 as values (200,202) or a range (200-299), got "
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"codes":          {health("matcher", "200,302"), ""},
		"range of codes": {health("matcher", "200-299"), ""},
		"no codes":       {health("matcher", ""), codes + `""`},
		"words":          {health("matcher", "ok"), codes + `"ok"`},
		"code 500":       {health("matcher", "500"), codes + `"500"`},
		"code 199":       {health("matcher", "199"), codes + `"199"`},
		"no slow start":  {sandboxtest.Set("targets", "slowStart", 0.0), ""},
		"slow start":     {sandboxtest.Set("targets", "slowStart", 30.0), ""},
		"quick start": {
			sandboxtest.Set("targets", "slowStart", 29.0),
			"targets: slowStart: expected 0 or a value in the range (30 - 900), got 29",
		},
		"timeout": {
			sandboxtest.Set("targets", "healthCheck", provider.Props{"path": "/signin", "interval": 6.0, "timeout": 5.0}), "",
		},
		"timeout as long as the interval": {
			sandboxtest.Set("targets", "healthCheck", provider.Props{"interval": 5.0, "timeout": 5.0}),
			"targets: healthCheck.timeout: Health check timeout '5' must be smaller than the interval '5'",
		},
		"default timeout": {
			sandboxtest.Set("targets", "healthCheck", provider.Props{"interval": 5.0}),
			"targets: healthCheck.timeout: Health check timeout '5' must be smaller than the interval '5'",
		},
	})
}

func TestListenerRules(t *testing.T) {
	t.Parallel()
	set := sandboxtest.Set
	action := func(in provider.Props) sandboxtest.Changes {
		return sandboxtest.Changes{"http": {"defaultActions": []any{in}}, "service": nil}
	}
	https := func(change provider.Props) sandboxtest.Changes {
		in := provider.Props{"port": 443.0, "protocol": "HTTPS", "certificateArn": certificate}
		for name, v := range change {
			in[name] = v
		}
		return sandboxtest.Changes{"http": in}
	}
	redirect := provider.Props{"statusCode": "HTTP_301"}
	fixed := provider.Props{"contentType": "text/plain"}
	sandboxtest.Run(t, map[string]sandboxtest.Case{
		"redirect":       {action(provider.Props{"type": "redirect", "redirect": redirect}), ""},
		"fixed response": {action(provider.Props{"type": "fixed-response", "fixedResponse": fixed}), ""},
		"HTTPS":          {https(nil), ""},
		"no redirect": {
			action(provider.Props{"type": "redirect"}),
			"http: defaultActions[0].redirect: is required by type redirect",
		},
		"no response": {
			action(provider.Props{"type": "fixed-response"}),
			"http: defaultActions[0].fixedResponse: is required by type fixed-response",
		},
		"redirect of a forward": {
			action(provider.Props{"type": "forward", "targetGroupArn": "$targets", "redirect": redirect}),
			"http: defaultActions[0].redirect: is for type redirect, not for forward",
		},
		"two mistakes": {
			action(provider.Props{"type": "redirect", "targetGroupArn": "$targets"}), "http: defaultActions[0].redirect: " +
				"is required by type redirect\ndefaultActions[0].targetGroupArn: is for type forward, not for redirect",
		},
		"no target group": {
			action(provider.Props{"type": "forward"}),
			"http: ValidationError: A target group must be specified for forward actions",
		},
		"HTTPS without certificate": {
			https(provider.Props{"certificateArn": ""}),
			"http: ValidationError: A certificate must be specified for HTTPS listeners",
		},
		"certificate on HTTP": {
			set("http", "certificateArn", certificate),
			"http: ValidationError: A certificate cannot be specified for HTTP listeners",
		},
		"certificate of another region": {
			https(provider.Props{"certificateArn": elsewhere}),
			"http: CertificateNotFound: Certificate '" + elsewhere + "' not found",
		},
		"certificate that is none": {
			https(provider.Props{"certificateArn": "arn:aws:iam::1:server-certificate/x"}),
			"http: ValidationError: Certificate ARN 'arn:aws:iam::1:server-certificate/x' is not valid",
		},
		"TLS policy on HTTP": {
			set("http", "sslPolicy", "ELBSecurityPolicy-2016-08"),
			"http: ValidationError: An SSL policy cannot be specified for HTTP listeners",
		},
		"target group of another VPC": {
			sandboxtest.Changes{"targets": {"vpcId": "$other-vpc"}, "service": nil}, "http: InvalidConfigurationRequest: " +
				"The target group '$targets' must be in the same VPC as the load balancer",
		},
	})
}

func TestListenersOfOneTargetGroup(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	with := sandboxtest.With
	require.NoError(t, a.Make(sandboxtest.Listener, "https", with("http", provider.Props{
		"port": 443.0, "protocol": "HTTPS", "certificateArn": certificate,
	})))
	require.Equal(t, "ELBSecurityPolicy-2016-08", a.Got("https").State["sslPolicy"])
	suffix, ok := a.Got("balancer").State["arnSuffix"].(string)
	require.True(t, ok)
	require.Contains(t, a.Got("https").ID, ":listener/"+suffix+"/")
	require.NoError(t, a.Make(sandboxtest.LoadBalancer, "second", with("balancer", provider.Props{"name": "second"})))
	require.EqualError(t, a.Make(sandboxtest.Listener, "other", with("http", provider.Props{"loadBalancerArn": "$second"})),
		a.Text("TargetGroupAssociationLimit: "+
			"The following target groups cannot be associated with more than one load balancer: $targets"))
	require.NotNil(t, elbv2.Listener(a.World, a.Region, a.Got("targets").ID))
	require.Nil(t, elbv2.Listener(a.World, a.Region, "none"))
}
