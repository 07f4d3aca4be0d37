package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

const testCertificate = "arn:aws:acm:eu-west-2:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"

func albArgs() AlbArgs {
	return AlbArgs{
		VpcId:           pulumi.String("vpc-1"),
		SubnetIds:       pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		SecurityGroupId: pulumi.String("sg-1"),
		TargetPort:      4000,
	}
}

func recordAlb(t *testing.T, args AlbArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		alb, err := NewAlb(ctx, "alb", &args)
		if err != nil {
			return err
		}
		r.capture("dnsName", alb.DnsName)
		r.capture("zoneId", alb.ZoneId)
		r.capture("loadBalancerArn", alb.LoadBalancerArn)
		r.capture("loadBalancerArnSuffix", alb.LoadBalancerArnSuffix)
		r.capture("targetGroupArn", alb.TargetGroupArn)
		r.capture("targetGroupArnSuffix", alb.TargetGroupArnSuffix)
		return nil
	})
}

func TestAlbHttp(t *testing.T) {
	t.Parallel()
	r := recordAlb(t, albArgs())
	require.Equal(t, []string{"alb", "alb-http", "alb-lb", "alb-tg"}, r.names())
	require.Equal(t, map[string]any{
		"loadBalancerType": "application", "subnets": []any{"subnet-a", "subnet-b"}, "securityGroups": []any{"sg-1"},
		"idleTimeout": 120.0, "dropInvalidHeaderFields": true, "enableDeletionProtection": false,
		"accessLogs": map[string]any{"bucket": "", "enabled": false},
	}, r.inputs(t, "alb-lb"))
	require.Equal(t, map[string]any{
		"vpcId": "vpc-1", "targetType": "ip", "protocol": "HTTP", "port": 4000.0, "deregistrationDelay": 60.0,
		"healthCheck": map[string]any{
			"path": "/", "matcher": "200", "healthyThreshold": 2.0, "unhealthyThreshold": 2.0, "timeout": 2.0, "interval": 10.0,
		},
	}, r.inputs(t, "alb-tg"))
	require.Equal(t, map[string]any{
		"loadBalancerArn": "alb-lb.arn", "port": 80.0, "protocol": "HTTP",
		"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": "alb-tg.arn"}},
	}, r.inputs(t, "alb-http"))
	require.Equal(t, map[string]any{
		"dnsName": "alb-lb.dnsName", "zoneId": "alb-lb.zoneId",
		"loadBalancerArn": "alb-lb.arn", "loadBalancerArnSuffix": "alb-lb.arnSuffix",
		"targetGroupArn": "alb-tg.arn", "targetGroupArnSuffix": "alb-tg.arnSuffix",
	}, r.outputs)
}

// TestAlbIsReplacedInAnotherVpc checks the replacement, because AWS cannot move a load balancer and the provider would
// try.
func TestAlbIsReplacedInAnotherVpc(t *testing.T) {
	t.Parallel()
	r := recordAlb(t, albArgs())
	require.Equal(t, "vpc-1", r.resources["alb-lb"].RegisterRPC.GetReplacementTrigger().GetStringValue())
}

func TestAlbHttps(t *testing.T) {
	t.Parallel()
	args := albArgs()
	args.CertificateArn = pulumi.String(testCertificate)
	r := recordAlb(t, args)
	require.Equal(t, []string{"alb", "alb-http", "alb-https", "alb-lb", "alb-tg"}, r.names())
	require.Contains(t, r.dependencies("alb-http"), "alb-https", "HTTP must keep serving if AWS rejects the certificate")
	require.Equal(t, map[string]any{
		"loadBalancerArn": "alb-lb.arn", "port": 443.0, "protocol": "HTTPS",
		"certificateArn": testCertificate, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
		"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": "alb-tg.arn"}},
	}, r.inputs(t, "alb-https"))
	require.Equal(t, map[string]any{
		"loadBalancerArn": "alb-lb.arn", "port": 80.0, "protocol": "HTTP",
		"defaultActions": []any{map[string]any{"type": "redirect", "redirect": map[string]any{
			"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301",
		}}},
	}, r.inputs(t, "alb-http"))
}

func TestAlbArgsReachTheirResources(t *testing.T) {
	t.Parallel()
	args := albArgs()
	args.HealthCheckPath, args.Protect = pulumi.String("/signin"), true
	args.HealthCheckTimeout, args.HealthyThreshold, args.UnhealthyThreshold = 5, 3, 4
	args.IdleTimeout, args.DeregistrationDelay = 300, new(0)
	r := recordAlb(t, args)
	require.Equal(t, map[string]any{
		"path": "/signin", "matcher": "200", "interval": 10.0, "timeout": 5.0, "healthyThreshold": 3.0,
		"unhealthyThreshold": 4.0,
	}, r.inputs(t, "alb-tg")["healthCheck"])
	require.EqualValues(t, 0, r.inputs(t, "alb-tg")["deregistrationDelay"])
	require.EqualValues(t, 300, r.inputs(t, "alb-lb")["idleTimeout"])
	require.Equal(t, true, r.inputs(t, "alb-lb")["enableDeletionProtection"])
	require.Equal(t, map[string]any{
		"vpcId": "vpc-1", "subnetIds": []any{"subnet-a", "subnet-b"}, "securityGroupId": "sg-1", "targetPort": 4000.0,
		"healthCheckPath": "/signin", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "idleTimeout": 300.0,
		"healthCheckInterval": 10.0, "healthCheckTimeout": 5.0, "healthyThreshold": 3.0, "unhealthyThreshold": 4.0,
		"deregistrationDelay": 0.0, "protect": true,
	}, r.inputs(t, "alb"), "the component records its effective args")
}

func TestAlbRefuses(t *testing.T) {
	t.Parallel()
	const nameRule = "1-21 letters, digits and hyphens, not starting with a hyphen"
	long := strings.Repeat("a", 22)
	for name, test := range map[string]struct {
		name string
		edit func(*AlbArgs)
		want string
	}{
		"name too long": {long, nil, `name "` + long + `" must be ` + nameRule},
		"name charset":  {"a_b", nil, `name "a_b" must be ` + nameRule},
		"name prefix":   {"internal-a", nil, `name "internal-a" must be without the prefix internal-`},
		"no VPC":        {"alb", func(a *AlbArgs) { a.VpcId = nil }, "VpcId must be given"},
		"no subnets":    {"alb", func(a *AlbArgs) { a.SubnetIds = nil }, "SubnetIds must be given"},
		"no group":      {"alb", func(a *AlbArgs) { a.SecurityGroupId = nil }, "SecurityGroupId must be given"},
		"port":          {"alb", func(a *AlbArgs) { a.TargetPort = 0 }, "TargetPort 0 must be 1 to 65535"},
		"interval": {
			"alb", func(a *AlbArgs) { a.HealthCheckInterval = 301 }, "HealthCheckInterval 301 must be 5 to 300",
		},
		"timeout": {
			"alb", func(a *AlbArgs) { a.HealthCheckTimeout = 10 },
			"HealthCheckTimeout 10 must be less than HealthCheckInterval, 10",
		},
		"healthy":   {"alb", func(a *AlbArgs) { a.HealthyThreshold = 1 }, "HealthyThreshold 1 must be 2 to 10"},
		"unhealthy": {"alb", func(a *AlbArgs) { a.UnhealthyThreshold = 11 }, "UnhealthyThreshold 11 must be 2 to 10"},
		"path": {
			"alb", func(a *AlbArgs) { a.HealthCheckPath = pulumi.String("signin") },
			`HealthCheckPath "signin" must be a URL path that starts with /, at most 1024 characters, no spaces`,
		},
		"idle timeout": {
			"alb", func(a *AlbArgs) { a.IdleTimeout = 4001 }, "IdleTimeout 4001 must be 1 to 4000",
		},
		"deregistration": {
			"alb", func(a *AlbArgs) { a.DeregistrationDelay = new(3601) }, "DeregistrationDelay 3601 must be 0 to 3600",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := albArgs()
			if test.edit != nil {
				test.edit(&args)
			}
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewAlb(ctx, test.name, &args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Alb "`+test.name+`": `+test.want)
		})
	}
}
