package elbv2_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/readiness"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

const (
	rule  = "aws:lb/listenerRule:ListenerRule"
	extra = "aws:lb/listenerCertificate:ListenerCertificate"
	acl   = "aws:wafv2/webAclAssociation:WebAclAssociation"
)

var (
	https = with(listener, props{"port": 443.0, "protocol": "HTTPS", "certificateArn": certificate})
	aRule = props{"listenerArn": "$http", "actions": []any{forward("$targets")}, "conditions": []any{
		props{"pathPattern": props{"values": []any{"/files/*"}}},
	}}
)

// actionCases break the actions of a listener or of a rule.
func actionCases(property string) map[string]sandboxtest.Break {
	action := func(in props) props { return props{property: []any{in}} }
	redirect := func(change props) props {
		return action(props{"type": "redirect", "redirect": with(props{"statusCode": "HTTP_301"}, change)})
	}
	weighted := func(change props, arns ...any) props {
		groups := []any{}
		for _, arn := range arns {
			groups = append(groups, with(props{"arn": arn}, change))
		}
		return action(props{"type": "forward", "forward": props{"targetGroups": groups}})
	}
	response := props{"contentType": "text/plain"}
	at := property + "[0]."
	return map[string]sandboxtest.Break{
		"redirect to HTTPS":  {redirect(props{"protocol": "HTTPS", "port": "443"}), ""},
		"redirect to a path": {redirect(props{"path": "/signin"}), ""},
		"fixed response":     {action(props{"type": "fixed-response", "fixedResponse": response}), ""},
		"two groups":         {weighted(props{"weight": 50.0}, "$targets", "$others"), ""},
		"no redirect":        {action(props{"type": "redirect"}), at + "redirect: is required by type redirect"},
		"no response":        {action(props{"type": "fixed-response"}), at + "fixedResponse: is required by type fixed-response"},
		"redirect of a forward": {
			action(with(forward("$targets"), props{"redirect": props{"statusCode": "HTTP_301"}})),
			at + "redirect: is for type redirect, not for forward",
		},
		"two mistakes": {
			action(props{"type": "redirect", "targetGroupArn": "$targets"}),
			at + "redirect: is required by type redirect\n" + at + "targetGroupArn: is for type forward, not for redirect",
		},
		"group and groups": {
			action(with(forward("$targets"), props{"forward": props{"targetGroups": []any{props{"arn": "$targets"}}}})),
			at + "forward: only one of targetGroupArn and forward may be set",
		},
		"no target group": {
			action(props{"type": "forward"}), "ValidationError: A target group must be specified for forward actions",
		},
		"missing target group":   {action(forward("arn:aws:elasticloadbalancing:::tg-0")), "TargetGroupNotFound: Target group 'arn:aws:elasticloadbalancing:::tg-0' not found"},
		"missing weighted group": {weighted(nil, "arn:aws:elasticloadbalancing:::tg-0"), "TargetGroupNotFound: Target group 'arn:aws:elasticloadbalancing:::tg-0' not found"},
		"group of another VPC": {
			action(forward("$foreign")), "InvalidConfigurationRequest: " +
				"The target group '$foreign' must be in the same VPC as the load balancer",
		},
		"six groups": {weighted(nil, slices.Repeat([]any{"$targets"}, 6)...), at + "forward.targetGroups: expected at most 5 items, got 6"},
		"weight":     {weighted(props{"weight": 1000.0}, "$targets"), at + "forward.targetGroups[0].weight: expected a value in the range (0 - 999), got 1000"},
		"stickiness": {
			action(props{"type": "forward", "forward": props{
				"targetGroups": []any{props{"arn": "$targets"}}, "stickiness": props{"duration": 0.0},
			}}), at + "forward.stickiness.duration: expected a value in the range (1 - 604800), got 0",
		},
		"loop": {
			redirect(nil), "InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop.",
		},
		"loop with another query": {
			redirect(props{"query": "a=b"}),
			"InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop.",
		},
		"status":      {redirect(props{"statusCode": "301"}), at + "redirect.statusCode: expected one of [HTTP_301, HTTP_302], got 301"},
		"path":        {redirect(props{"path": "signin"}), at + `redirect.path: "signin" does not match ^/`},
		"content":     {action(props{"type": "fixed-response", "fixedResponse": props{"contentType": "image/png"}}), at + "fixedResponse.contentType: expected one of [text/plain, text/css, text/html, application/javascript, application/json], got image/png"},
		"status code": {action(props{"type": "fixed-response", "fixedResponse": with(response, props{"statusCode": "302"})}), at + `fixedResponse.statusCode: "302" does not match ^[245]\d\d$`},
		"type":        {action(props{"type": "authenticate-oidc"}), at + "type: expected one of [forward, redirect, fixed-response], got authenticate-oidc"},
	}
}

func TestListener(t *testing.T) {
	t.Parallel()
	cases := actionCases("defaultActions")
	for name, c := range map[string]sandboxtest.Break{
		"port":             {props{"port": 0.0}, "port: expected a value in the range (1 - 65535), got 0"},
		"protocol":         {props{"protocol": "TCP"}, "protocol: expected one of [HTTP, HTTPS], got TCP"},
		"no load balancer": {props{"loadBalancerArn": "arn:aws:elasticloadbalancing:::lb-0"}, "LoadBalancerNotFound: Load balancer 'arn:aws:elasticloadbalancing:::lb-0' not found"},
		"HTTPS without certificate": {
			props{"protocol": "HTTPS"}, "ValidationError: A certificate must be specified for HTTPS listeners",
		},
		"certificate on HTTP": {
			props{"certificateArn": certificate}, "ValidationError: A certificate cannot be specified for HTTP listeners",
		},
		"TLS policy on HTTP": {
			props{"sslPolicy": "ELBSecurityPolicy-2016-08"},
			"ValidationError: An SSL policy cannot be specified for HTTP listeners",
		},
		"certificate of another region": {
			with(https, props{"certificateArn": elsewhere}), "CertificateNotFound: Certificate '" + elsewhere + "' not found",
		},
		"missing certificate": {https, "CertificateNotFound: Certificate '" + certificate + "' not found"},
		"certificate that is none": {
			with(https, props{"certificateArn": "arn:aws:iam::1:server-certificate/x"}),
			"ValidationError: Certificate ARN 'arn:aws:iam::1:server-certificate/x' is not valid",
		},
	} {
		cases[name] = c
	}
	sandboxtest.Breaks{
		Before: steps(), Token: sandboxtest.Listener, Good: listener, Update: props{"port": 8080.0}, Cases: cases,
	}.Run(t)
}

func TestHTTPSListener(t *testing.T) {
	t.Parallel()
	a := account(t)
	require.NoError(t, a.Make(sandboxtest.Listener, "https", https))
	require.Equal(t, "ELBSecurityPolicy-2016-08", a.Got("https").State["sslPolicy"])
	suffix, ok := a.Got("balancer").State["arnSuffix"].(string)
	require.True(t, ok)
	require.Contains(t, a.Got("https").ID, ":listener/"+suffix+"/")
	require.EqualError(t, a.Make(sandboxtest.Listener, "twin", https), a.Text("DuplicateListener: "+
		"A listener already exists on this port for this load balancer '$balancer'"))
	require.EqualError(t, a.Change("https", props{"defaultActions": []any{props{
		"type": "redirect", "redirect": props{"statusCode": "HTTP_302", "protocol": "HTTP", "port": "80"},
	}}}), "InvalidLoadBalancerAction: You cannot redirect HTTPS to HTTP")
	actions := a.Resolve(listener)["defaultActions"]
	require.NoError(t, a.Change("https", props{"defaultActions": actions, "protocol": "HTTP", "certificateArn": nil}))
	require.Nil(t, a.Got("https").State["sslPolicy"])
	require.ErrorContains(t, a.Change("https", props{"sslPolicy": "ELBSecurityPolicy-X"}), "sslPolicy: expected one of [")
}

func TestListenerWithACertificateThatIsNotIssued(t *testing.T) {
	t.Parallel()
	a := account(t, sandboxtest.Step{
		Token: "aws:acm/certificate:Certificate", Name: "pending",
		Inputs: props{"domainName": "example.com", "validationMethod": "DNS"},
	})
	unsupported := a.Text("UnsupportedCertificate: The certificate '$pending' must have a fully-qualified domain name, " +
		"a supported signature, and a supported key size.")
	pending := a.Got("pending").ID
	require.EqualError(t, a.Make(sandboxtest.Listener, "tls", with(https, props{"certificateArn": pending})), unsupported)
	require.NoError(t, a.Make(sandboxtest.Listener, "http", https))
	require.EqualError(t, a.Make(extra, "extra", props{"listenerArn": "$http", "certificateArn": pending}), unsupported)
}

func TestListenersOfOneTargetGroup(t *testing.T) {
	t.Parallel()
	a := account(t, sandboxtest.Step{
		Token: sandboxtest.LoadBalancer, Name: "second", Inputs: with(balancer, props{"name": "second"}),
	})
	require.NoError(t, a.Make(sandboxtest.Listener, "http", with(listener, props{"defaultActions": []any{forward("$others")}})))
	require.NoError(t, a.Make(rule, "rule", aRule))
	limit := a.Text("TargetGroupAssociationLimit: " +
		"The following target groups cannot be associated with more than one load balancer: $targets")
	require.EqualError(t, a.Make(sandboxtest.Listener, "other", with(listener, props{"loadBalancerArn": "$second"})), limit)
	found := readiness.Listener(a.World.Graph(), a.Region, a.Got("targets").ID)
	require.Equal(t, a.Got("http").ID, found.ID, "by its rule")
	require.Equal(t, a.Got("http").ID, readiness.Listener(a.World.Graph(), a.Region, a.Got("others").ID).ID)
	require.Nil(t, readiness.Listener(a.World.Graph(), a.Region, "none"))
	for _, name := range []string{"targets", "others"} {
		require.EqualError(t, a.Remove(name),
			a.Text("ResourceInUse: Target group '$"+name+"' is currently in use by a listener or a rule"))
	}
	require.NoError(t, a.Remove("http"))
	_, state, err := a.Refresh("rule")
	require.NoError(t, err)
	require.Nil(t, state, "it is deleted with its listener")
	require.NoError(t, a.Remove("targets"))
}

func TestListenerRule(t *testing.T) {
	t.Parallel()
	when := func(conditions ...any) props { return props{"conditions": conditions} }
	values := func(name string, v ...any) props { return props{name: props{"values": v}} }
	cases := actionCases("actions")
	for name, c := range map[string]sandboxtest.Break{
		"host":     {when(values("hostHeader", "*.example.com")), ""},
		"local":    {when(values("hostHeader", "localhost")), "ValidationError: The host header condition value 'localhost' is not valid"},
		"digits":   {when(values("hostHeader", "a.example.123")), "ValidationError: The host header condition value 'a.example.123' is not valid"},
		"method":   {when(values("httpRequestMethod", "GET", "HEAD")), ""},
		"source":   {when(values("sourceIp", "192.0.2.0/24")), ""},
		"source 6": {when(values("sourceIp", "2001:db8::/32")), ""},
		"host name": {
			when(props{"httpHeader": props{"httpHeaderName": "Host", "values": []any{"b"}}}),
			"ValidationError: The HTTP header name 'Host' is not valid: use a host header condition",
		},
		"header":   {when(props{"httpHeader": props{"httpHeaderName": "X-A", "values": []any{"b"}}}), ""},
		"query":    {when(props{"queryStrings": []any{props{"key": "a", "value": "b"}}}), ""},
		"priority": {props{"priority": 50000.0}, ""},
		"too low":  {props{"priority": 0.0}, "priority: expected a value in the range (1 - 50000), got 0"},
		"nothing":  {when(), "conditions: expected at least 1 item, got 0"},
		"empty": {when(props{}), "conditions[0].hostHeader: exactly one of [hostHeader, httpHeader, httpRequestMethod, " +
			"pathPattern, queryStrings, sourceIp] must be set, got []"},
		"no values":    {when(values("pathPattern")), "conditions[0].pathPattern.values: expected at least 1 item, got 0"},
		"small method": {when(values("httpRequestMethod", "get")), `conditions[0].httpRequestMethod.values[0]: "get" does not match ^[A-Z_-]+$`},
		"no network":   {when(values("sourceIp", "192.0.2.1")), `conditions[0].sourceIp.values[0]: "192.0.2.1" is not a valid CIDR block`},
		"six values":   {when(values("pathPattern", "/a", "/b", "/c", "/d", "/e", "/f")), "ValidationError: A rule can only have '5' condition values"},
		"wildcards":    {when(values("pathPattern", "/*/*/*/*/*/*/*")), "ValidationError: A rule can only have '6' condition wildcards"},
		"path twice": {
			when(values("pathPattern", "/a"), values("pathPattern", "/b")),
			"ValidationError: A rule can only have one 'pathPattern' condition",
		},
		"no listener": {props{"listenerArn": "arn:aws:elasticloadbalancing:::l-0"}, "ListenerNotFound: Listener 'arn:aws:elasticloadbalancing:::l-0' not found"},
	} {
		cases[name] = c
	}
	before := append(steps(), sandboxtest.Step{Token: sandboxtest.Listener, Name: "http", Inputs: listener})
	sandboxtest.Breaks{Before: before, Token: rule, Good: aRule, Update: props{"priority": 7.0}, Cases: cases}.Run(t)
}

func TestPriorities(t *testing.T) {
	t.Parallel()
	a := account(t, sandboxtest.Step{Token: sandboxtest.Listener, Name: "http", Inputs: listener})
	require.NoError(t, a.Make(rule, "first", with(aRule, props{"priority": 10.0})))
	require.EqualError(t, a.Make(rule, "twin", with(aRule, props{"priority": 10.0})),
		"PriorityInUse: The specified priority is in use.")
	require.NoError(t, a.Make(rule, "next", aRule))
	require.InDelta(t, 11.0, a.Got("next").State["priority"], 0)
}

func TestListenerCertificate(t *testing.T) {
	t.Parallel()
	a := account(t, sandboxtest.Step{Token: sandboxtest.Listener, Name: "http", Inputs: listener},
		sandboxtest.Step{Token: sandboxtest.Listener, Name: "https", Inputs: https})
	in := props{"listenerArn": "$https", "certificateArn": certificate}
	require.NoError(t, a.Make(extra, "extra", in))
	require.EqualError(t, a.Make(extra, "twin", in), "the certificate '"+certificate+
		"' is on this listener already; AddListenerCertificates would silently adopt it")
	require.EqualError(t, a.Make(extra, "plain", with(in, props{"listenerArn": "$http"})),
		"ValidationError: A certificate cannot be specified for HTTP listeners")
	require.EqualError(t, a.Make(extra, "none", with(in, props{"certificateArn": elsewhere})),
		"CertificateNotFound: Certificate '"+elsewhere+"' not found")
	fill(a, extra, 24, props{"listenerArn": a.Got("https").ID})
	require.EqualError(t, a.Make(extra, "more", in), "TooManyCertificates: "+
		"You've reached the limit on the number of certificates per load balancer.")
	require.NoError(t, a.Remove("extra"))
}

func TestWebACLAssociation(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/beats/12345678-1234-1234-1234-123456789012"
	const missing = "WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist."
	sandboxtest.Breaks{
		Before: steps(), Token: acl, Good: props{"resourceArn": "$balancer", "webAclArn": arn},
		Cases: map[string]sandboxtest.Break{
			"no load balancer": {props{"resourceArn": "arn:none"}, missing},
			"another region": {
				props{"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/b/12345678-1234-1234-1234-123456789012"},
				missing,
			},
			"global": {
				props{"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/b/12345678-1234-1234-1234-123456789012"},
				`webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/b/12345678-1234-1234-1234-123456789012" ` +
					`does not match ^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/[\w-]{1,128}/[0-9a-f-]{36}$`,
			},
		},
	}.Run(t)
	a := account(t)
	in := props{"resourceArn": "$balancer", "webAclArn": arn}
	require.NoError(t, a.Make(acl, "first", in))
	require.EqualError(t, a.Make(acl, "second", in), a.Text(
		"the load balancer '$balancer' has a web ACL already; AssociateWebACL would silently replace it"))
}

// TestPolicies requires that the sandbox and the stack's config accept the same policies.
func TestPolicies(t *testing.T) {
	t.Parallel()
	table, err := facts.Load()
	require.NoError(t, err)
	require.ElementsMatch(t, awsmodel.TLSPolicies, table["aws:lb/listener:Listener"].Inputs["sslPolicy"].Enum)
}
