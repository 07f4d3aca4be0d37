package components

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/modules"
)

func (alb *Alb) newListeners(ctx *pulumi.Context, name string, a AlbArgs) error {
	forward := lb.ListenerDefaultActionArgs{Type: pulumi.String("forward"), TargetGroupArn: alb.TargetGroupArn}
	if a.CertificateArn == nil {
		_, err := alb.newListener(ctx, name+"-http", 80, "HTTP", forward, &lb.ListenerArgs{})
		return err
	}
	https, err := alb.newListener(ctx, name+"-https", 443, "HTTPS", forward, &lb.ListenerArgs{
		CertificateArn: a.CertificateArn,
		SslPolicy:      pulumi.String(a.SslPolicy),
	})
	if err != nil {
		return err
	}
	for _, host := range slices.Sorted(maps.Keys(a.AdditionalCertificateArns)) {
		if _, err := lb.NewListenerCertificate(ctx, name+"-https-"+host, &lb.ListenerCertificateArgs{
			ListenerArn: https.Arn, CertificateArn: a.AdditionalCertificateArns[host],
		}, under(alb)); err != nil {
			return err
		}
	}
	// HTTP redirects only after the HTTPS listener exists. If AWS rejects the certificate, HTTP keeps serving, and the
	// target group keeps a listener.
	_, err = alb.newListener(ctx, name+"-http", 80, "HTTP", lb.ListenerDefaultActionArgs{
		Type: pulumi.String("redirect"),
		Redirect: &lb.ListenerDefaultActionRedirectArgs{
			Protocol: pulumi.String("HTTPS"), Port: pulumi.String("443"), StatusCode: pulumi.String("HTTP_301"),
		},
	}, &lb.ListenerArgs{}, pulumi.DependsOn([]pulumi.Resource{https}))
	return err
}

func (alb *Alb) newListener(
	ctx *pulumi.Context, child string, port int, protocol string,
	action lb.ListenerDefaultActionArgs, args *lb.ListenerArgs, opts ...pulumi.ResourceOption,
) (*lb.Listener, error) {
	args.LoadBalancerArn = alb.LoadBalancerArn
	args.Port, args.Protocol = pulumi.Int(port), pulumi.String(protocol)
	args.DefaultActions = lb.ListenerDefaultActionArray{action}
	return lb.NewListener(ctx, child, args, append(opts, under(alb))...)
}

// accessLogs never returns nil. The provider treats a missing block as unchanged, so the load balancer would keep
// writing to a deleted bucket.
func (a AlbArgs) accessLogs() lb.LoadBalancerAccessLogsPtrInput {
	if a.AccessLogsBucket == nil || a.AccessLogsBucket == pulumi.StringPtrInput(pulumi.String("")) {
		return &lb.LoadBalancerAccessLogsArgs{Bucket: pulumi.String(""), Enabled: pulumi.Bool(false)}
	}
	logs := &lb.LoadBalancerAccessLogsArgs{
		Bucket: a.AccessLogsBucket.ToStringPtrOutput().Elem(), Enabled: pulumi.Bool(true),
	}
	if a.AccessLogsPrefix != "" {
		logs.Prefix = pulumi.String(a.AccessLogsPrefix)
	}
	return logs
}

const webAclAssociationType = "aws:wafv2/webAclAssociation:WebAclAssociation"

// awsVersion returns the provider version that the SDK's own resources request. With another version the engine would
// start a second provider. A binary that does not list its modules, as a test, has the version in this module's go.mod.
func awsVersion() string {
	return cmp.Or(modules.Version("github.com/pulumi/pulumi-aws/sdk/v6"), "6.83.4")
}

// newWebAclAssociation uses the type's token, because the SDK's package for it takes minutes and gigabytes to compile.
// A replacement deletes the old association first. A load balancer has only one web ACL, so deleting the old
// association last would remove the new web ACL.
func (alb *Alb) newWebAclAssociation(ctx *pulumi.Context, name string, a AlbArgs) error {
	if a.WebAclArn == nil {
		return nil
	}
	var association struct{ pulumi.CustomResourceState }
	return ctx.RegisterResource(webAclAssociationType, name+"-web-acl", pulumi.Map{
		"resourceArn": alb.LoadBalancerArn, "webAclArn": a.WebAclArn,
	}, &association, under(alb), pulumi.Version(awsVersion()), pulumi.DeleteBeforeReplace(true))
}

func (a AlbArgs) checkOptions(p *problems) {
	hosts := slices.Sorted(maps.Keys(a.AdditionalCertificateArns))
	p.check(len(hosts) == 0 || a.CertificateArn != nil, "AdditionalCertificateArns", hosts,
		"left out without CertificateArn")
	p.check(len(hosts) <= 25, "AdditionalCertificateArns", len(hosts), "at most 25")
	prefix := a.AccessLogsPrefix
	p.check(prefix == "" || a.AccessLogsBucket != nil, "AccessLogsPrefix", prefix, "left out without AccessLogsBucket")
	p.check(!strings.Contains(prefix, "AWSLogs") && strings.Trim(prefix, "/") == prefix, "AccessLogsPrefix", prefix,
		"without AWSLogs, and without a slash at either end")
}
