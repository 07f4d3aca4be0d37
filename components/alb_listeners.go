package components

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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
	// After HTTPS: when its certificate is refused, HTTP goes on serving, and the target group keeps a listener.
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
