package controls

import "github.com/live-beats/live-beats-aws/internal/awsmodel/graph"

const webACLAssociation = "aws:wafv2/webAclAssociation:WebAclAssociation"

// recommendedTLS are the policies that ELB.17 accepts.
var recommendedTLS = []string{
	"ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
	"ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
	"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
}

var elbControls = []Control{
	{
		ID: "ELB.1", Severity: Medium, Title: "HTTP redirects to HTTPS", types: []string{graph.LoadBalancer},
		check: application(redirects),
		Fix:   "set tls.certificateArn, or host with tls.hostedZone: the HTTP listener then redirects",
	},
	{
		ID: "ELB.4", Severity: Medium, Title: "Malformed headers are dropped", types: []string{graph.LoadBalancer},
		check: application(is("dropInvalidHeaderFields", "false", "true")), Fix: "set dropInvalidHeaderFields, as Alb does",
	},
	{
		ID: "ELB.5", Severity: Medium, Title: "Requests are logged", types: []string{graph.LoadBalancer},
		check: application(is("accessLogs.enabled", "false", "true")), Fix: "set observability.accessLogs: true",
	},
	{
		ID: "ELB.6", Severity: Medium, Title: "Load balancers are protected from deletion",
		types: []string{graph.LoadBalancer},
		check: is("enableDeletionProtection", "false", "true"), Fix: "set protect: true",
	},
	{
		ID: "ELB.12", Severity: Medium, Title: "Ambiguous requests are not passed on", types: []string{graph.LoadBalancer},
		check: application(is("desyncMitigationMode", "defensive", "defensive", "strictest")),
		Fix:   "remove desyncMitigationMode: defensive is the default",
	},
	{
		ID: "ELB.13", Severity: Medium, Title: "Load balancers are in two zones", types: []string{graph.LoadBalancer},
		check: twoSubnets, Fix: "give network.publicSubnetIds in at least two zones",
	},
	{
		ID: "ELB.16", Severity: Medium, Title: "Load balancers have a web ACL",
		types: []string{graph.LoadBalancer},
		check: application(with(webACLAssociation, "resourceArn", no(webACLAssociation), exists)),
		Fix:   "set webAclArn",
	},
	{
		ID: "ELB.17", Severity: Medium, Title: "TLS listeners use a policy that AWS recommends",
		types: []string{graph.Listener},
		check: only(is("protocol", "HTTP", "HTTPS", "TLS"), "no listener uses TLS",
			is("sslPolicy", "ELBSecurityPolicy-2016-08", recommendedTLS...)),
		Fix: "set tls.policy: ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
	},
	{
		ID: "ELB.18", Severity: Medium, Title: "Every listener uses TLS, also one that redirects",
		types: []string{graph.Listener},
		check: is("protocol", "HTTP", "HTTPS", "TLS"),
		Fix: "set tls.certificateArn, or host with tls.hostedZone; the HTTP listener that then redirects still fails this " +
			"control, although ELB.1 requires it",
	},
	{
		ID: "ELB.21", Severity: Medium, Title: "Health checks are encrypted", types: []string{graph.TargetGroup},
		check: only(isNot("targetType", "instance", "lambda"), "the targets are functions",
			is("healthCheck.protocol", "HTTP", "HTTPS")),
		Fix: "not offered: Live Beats serves plain HTTP to its load balancer, inside the VPC",
	},
	{
		ID: "ELB.22", Severity: Medium, Title: "Load balancers use TLS to their targets",
		types: []string{graph.TargetGroup},
		check: only(both(isNot("targetType", "instance", "lambda", "alb"), isNot("protocol", "", "GENEVE")),
			"the targets are functions, load balancers or appliances", is("protocol", "", "HTTPS", "TLS", "QUIC")),
		Fix: "not offered: Live Beats serves plain HTTP to its load balancer, inside the VPC",
	},
}

func application(then check) check {
	return only(is("loadBalancerType", "application", "application"), "no load balancer is an Application Load Balancer",
		then)
}

// redirects requires that every HTTP listener, and each of its rules, redirects to HTTPS.
func redirects(s subject) outcome {
	listeners, maybe := s.companions(graph.Listener, "loadBalancerArn")
	o := passed
	for _, l := range listeners {
		plain := is("protocol", "HTTP", "HTTP")(l)
		if plain.status == Undecided {
			o = unsure("protocol of listener " + l.ID)
		}
		if plain.status != Pass {
			continue
		}
		if o := toHTTPS(l, "defaultActions"); o.status != Pass {
			return o
		}
		rules, some := l.companions(graph.ListenerRule, "listenerArn")
		maybe = maybe || some
		for _, rule := range rules {
			if o := toHTTPS(rule, "actions"); o.status != Pass {
				return o
			}
		}
	}
	if maybe {
		return unsure("loadBalancerArn of a listener, or listenerArn of a rule,")
	}
	return o
}

// toHTTPS reads the type of the actions, which is known even if their targets are not known yet.
func toHTTPS(s subject, property string) outcome {
	for _, action := range s.Objects(property) {
		protocol, sure := action.At("redirect.protocol")
		switch {
		case !sure:
			return unsure(property)
		case protocol == "HTTPS":
			return passed
		case action.Text("type") != "":
			return failed(property, "%s of %s are not a redirect to HTTPS", property, s.ID)
		}
	}
	if !s.settled(property) {
		return unsure(property)
	}
	return failed(property, "%s of %s are not a redirect to HTTPS", property, s.ID)
}

// twoSubnets counts subnets: AWS does not accept two subnets in the same zone.
func twoSubnets(s subject) outcome {
	const property = "subnets"
	value, known := s.At(property)
	mappings, knownMappings := s.At("subnetMappings")
	items, _ := value.([]any)
	mapped, _ := mappings.([]any)
	switch {
	case len(items)+len(mapped) >= 2:
		return passed
	case !known || !knownMappings:
		return unsure(property)
	}
	return failed(property, "it is in %d zones", len(items)+len(mapped))
}
