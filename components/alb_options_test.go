package components

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func TestAlbAccessLogs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bucket pulumi.StringInput
		prefix string
		want   any
	}{
		"off":    {nil, "", map[string]any{"bucket": "", "enabled": false}},
		"none":   {pulumi.String(""), "", map[string]any{"bucket": "", "enabled": false}},
		"on":     {pulumi.String("logs"), "", map[string]any{"bucket": "logs", "enabled": true}},
		"folder": {pulumi.String("logs"), "beats", map[string]any{"bucket": "logs", "enabled": true, "prefix": "beats"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := albArgs()
			args.AccessLogsBucket, args.AccessLogsPrefix = test.bucket, test.prefix
			require.Equal(t, test.want, recordAlb(t, args).inputs(t, "alb-lb")["accessLogs"])
		})
	}
}

const testWebAcl = "arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/beats/01234567-89ab-cdef-0123-456789abcdef"

func TestAlbWebAcl(t *testing.T) {
	t.Parallel()
	args := albArgs()
	args.WebAclArn = pulumi.String(testWebAcl)
	r := recordAlb(t, args)
	require.Equal(t, []string{"alb", "alb-http", "alb-lb", "alb-tg", "alb-web-acl"}, r.names())
	require.Equal(t, map[string]any{"resourceArn": "alb-lb.arn", "webAclArn": testWebAcl}, r.inputs(t, "alb-web-acl"))
	association, balancer := r.resources["alb-web-acl"], r.resources["alb-lb"]
	require.Equal(t, "aws:wafv2/webAclAssociation:WebAclAssociation", association.TypeToken)
	require.Equal(t, balancer.RegisterRPC.GetVersion(), association.RegisterRPC.GetVersion(),
		"both must use the same provider")
	require.True(t, association.RegisterRPC.GetDeleteBeforeReplace())
	require.Equal(t, balancer.RegisterRPC.GetPluginDownloadURL(), association.RegisterRPC.GetPluginDownloadURL())
}

func TestAlbAdditionalCertificates(t *testing.T) {
	t.Parallel()
	args := albArgs()
	args.CertificateArn = pulumi.String(testCertificate)
	args.AdditionalCertificateArns = pulumi.StringMap{"b.example.com": pulumi.String("arn:b")}
	r := recordAlb(t, args)
	require.Equal(t, []string{
		"alb", "alb-http", "alb-https", "alb-https-b.example.com", "alb-lb", "alb-tg",
	}, r.names())
	require.Equal(t, map[string]any{"listenerArn": "alb-https.arn", "certificateArn": "arn:b"},
		r.inputs(t, "alb-https-b.example.com"))
}

func TestAlbOptionsRefuse(t *testing.T) {
	t.Parallel()
	const prefixRule = "without AWSLogs, and without a slash at either end"
	logs, many := pulumi.String("logs"), pulumi.StringMap{}
	for i := range 26 {
		many[fmt.Sprintf("%d.example.com", i)] = pulumi.String("arn")
	}
	for name, test := range map[string]struct {
		edit func(*AlbArgs)
		want string
	}{
		"no certificate": {
			func(a *AlbArgs) {
				a.AdditionalCertificateArns = pulumi.StringMap{"b.example.com": pulumi.String("arn")}
			},
			"AdditionalCertificateArns [b.example.com] must be left out without CertificateArn",
		},
		"too many certificates": {
			func(a *AlbArgs) { a.CertificateArn, a.AdditionalCertificateArns = pulumi.String(testCertificate), many },
			"AdditionalCertificateArns 26 must be at most 25",
		},
		"prefix alone": {
			func(a *AlbArgs) { a.AccessLogsPrefix = "beats" },
			`AccessLogsPrefix "beats" must be left out without AccessLogsBucket`,
		},
		"prefix of AWS": {
			func(a *AlbArgs) { a.AccessLogsBucket, a.AccessLogsPrefix = logs, "my/AWSLogs" },
			`AccessLogsPrefix "my/AWSLogs" must be ` + prefixRule,
		},
		"slash": {
			func(a *AlbArgs) { a.AccessLogsBucket, a.AccessLogsPrefix = logs, "beats/" },
			`AccessLogsPrefix "beats/" must be ` + prefixRule,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := albArgs()
			test.edit(&args)
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewAlb(ctx, "alb", &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Alb "alb": `+test.want)
		})
	}
}
