package components

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const albType = "livebeats:index:Alb"

// AlbArgs configures an Alb.
type AlbArgs struct {
	VpcId           pulumi.StringInput      `pulumi:"vpcId"`           // Required.
	SubnetIds       pulumi.StringArrayInput `pulumi:"subnetIds"`       // Required: public subnets in at least two zones.
	SecurityGroupId pulumi.StringInput      `pulumi:"securityGroupId"` // Required.
	// TargetPort is the port, 1-65535, of targets that are registered without one. ECS registers each task with the port
	// of its container: then this is never used, and another one only replaces the target group. Required.
	TargetPort      int    `pulumi:"targetPort"`
	HealthCheckPath string `pulumi:"healthCheckPath"` // Defaults to "/". Has to answer 200.
	// HealthCheckInterval is the time between two checks of a target, in seconds, 5-300. Defaults to 10.
	HealthCheckInterval int `pulumi:"healthCheckInterval"`
	// HealthCheckTimeout is how long an answer may take, in seconds, 2-120, less than the interval. Defaults to 2.
	HealthCheckTimeout int `pulumi:"healthCheckTimeout"`
	HealthyThreshold   int `pulumi:"healthyThreshold"`   // Good checks in a row, 2-10. Defaults to 2.
	UnhealthyThreshold int `pulumi:"unhealthyThreshold"` // Failures in a row, 2-10. Defaults to 2.
	// CertificateArn is an issued ACM certificate of the same region. Without it the only listener is plain HTTP on
	// port 80; with it port 80 redirects to HTTPS on 443.
	CertificateArn pulumi.StringPtrInput `pulumi:"certificateArn"`
	// AdditionalCertificateArns maps other host names, at most 25, to issued certificates for them.
	AdditionalCertificateArns pulumi.StringMap `pulumi:"additionalCertificateArns"`
	// SslPolicy defaults to AWS's recommendation, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
	SslPolicy string `pulumi:"sslPolicy"`
	// IdleTimeout in seconds, 1-4000, defaults to 120: the LiveView heartbeat comes every 30 s, but browsers throttle a
	// background tab to once a minute.
	IdleTimeout         int  `pulumi:"idleTimeout"`
	DeregistrationDelay *int `pulumi:"deregistrationDelay"` // In seconds, 0-3600, defaults to 60.
	// Protect refuses to delete or to replace the load balancer.
	Protect bool `pulumi:"protect"`
	// AccessLogsBucket is an S3 bucket of the same region whose policy lets load balancers write: a LogBucket's. Without
	// it there are no access logs.
	AccessLogsBucket pulumi.StringInput `pulumi:"accessLogsBucket"`
	AccessLogsPrefix string             `pulumi:"accessLogsPrefix"` // A folder of the bucket. Left out with a LogBucket.
	WebAclArn        pulumi.StringInput `pulumi:"webAclArn"`        // A regional AWS WAF web ACL of the same region.
}

// Alb is an internet-facing Application Load Balancer with one target group of
// IP targets.
type Alb struct {
	pulumi.ResourceState
	family

	DnsName               pulumi.StringOutput `pulumi:"dnsName"` // In AWS's spelling: may hold capitals.
	ZoneId                pulumi.StringOutput `pulumi:"zoneId"`
	LoadBalancerArn       pulumi.StringOutput `pulumi:"loadBalancerArn"`
	LoadBalancerArnSuffix pulumi.StringOutput `pulumi:"loadBalancerArnSuffix"`
	// TargetGroupArn is ordered after the listeners: without one ECS refuses the group.
	TargetGroupArn       pulumi.StringOutput `pulumi:"targetGroupArn"`
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
}

// NewAlb names its load balancer and target group after name, which therefore
// has at most 21 letters, digits and hyphens.
func NewAlb(ctx *pulumi.Context, name string, args *AlbArgs, opts ...pulumi.ResourceOption) (*Alb, error) {
	a := deref(args)
	a.HealthCheckPath = cmp.Or(a.HealthCheckPath, "/")
	a.HealthCheckInterval, a.HealthCheckTimeout = cmp.Or(a.HealthCheckInterval, 10), cmp.Or(a.HealthCheckTimeout, 2)
	a.HealthyThreshold, a.UnhealthyThreshold = cmp.Or(a.HealthyThreshold, 2), cmp.Or(a.UnhealthyThreshold, 2)
	a.SslPolicy = cmp.Or(a.SslPolicy, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
	a.IdleTimeout = cmp.Or(a.IdleTimeout, 120)
	a.DeregistrationDelay = or(a.DeregistrationDelay, 60)
	if err := a.check(name); err != nil {
		return nil, err
	}
	alb := &Alb{}
	if err := register(ctx, albType, name, a, alb, opts); err != nil {
		return nil, err
	}
	if err := alb.newLoadBalancer(ctx, name, a); err != nil {
		return nil, err
	}
	if err := alb.newTargetGroup(ctx, name, a); err != nil {
		return nil, err
	}
	if err := alb.newListeners(ctx, name, a); err != nil {
		return nil, err
	}
	if err := alb.newWebAclAssociation(ctx, name, a); err != nil {
		return nil, err
	}
	alb.TargetGroupArn = after(alb.TargetGroupArn, alb.kin()...)
	return alb, registerOutputs(ctx, alb)
}

func (alb *Alb) newLoadBalancer(ctx *pulumi.Context, name string, a AlbArgs) error {
	child, err := lb.NewLoadBalancer(ctx, name+"-lb", &lb.LoadBalancerArgs{
		LoadBalancerType:         pulumi.String("application"),
		Subnets:                  a.SubnetIds,
		SecurityGroups:           pulumi.StringArray{a.SecurityGroupId},
		IdleTimeout:              pulumi.Int(a.IdleTimeout),
		DropInvalidHeaderFields:  pulumi.Bool(true),
		EnableDeletionProtection: pulumi.Bool(a.Protect),
		AccessLogs:               a.accessLogs(),
		// AWS moves no load balancer to another VPC, and the provider does not know.
	}, pulumi.Parent(alb), pulumi.Protect(a.Protect), pulumi.ReplacementTrigger(a.VpcId.ToStringOutput()))
	if err != nil {
		return err
	}
	alb.DnsName, alb.ZoneId = child.DnsName, child.ZoneId
	alb.LoadBalancerArn, alb.LoadBalancerArnSuffix = child.Arn, child.ArnSuffix
	return nil
}

func (alb *Alb) newTargetGroup(ctx *pulumi.Context, name string, a AlbArgs) error {
	child, err := lb.NewTargetGroup(ctx, name+"-tg", &lb.TargetGroupArgs{
		VpcId:               a.VpcId.ToStringOutput(),
		TargetType:          pulumi.String("ip"),
		Protocol:            pulumi.String("HTTP"),
		Port:                pulumi.Int(a.TargetPort),
		DeregistrationDelay: pulumi.Int(*a.DeregistrationDelay),
		HealthCheck: &lb.TargetGroupHealthCheckArgs{
			Path:               pulumi.String(a.HealthCheckPath),
			Matcher:            pulumi.String("200"),
			HealthyThreshold:   pulumi.Int(a.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(a.UnhealthyThreshold),
			Timeout:            pulumi.Int(a.HealthCheckTimeout),
			Interval:           pulumi.Int(a.HealthCheckInterval),
		},
	}, pulumi.Parent(alb))
	if err != nil {
		return err
	}
	alb.TargetGroupArn, alb.TargetGroupArnSuffix = child.Arn, child.ArnSuffix
	return nil
}

// AWS allows 32 characters, of which "-lb" and Pulumi's "-" and 7 hex digits take 11.
var albNameRule = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{0,20}$`)

func (a AlbArgs) check(name string) error {
	var p problems
	p.check(albNameRule.MatchString(name), "name", name, "1-21 letters, digits and hyphens, not starting with a hyphen")
	p.check(!strings.HasPrefix(name, "internal-"), "name", name, "without the prefix internal-")
	p.required("VpcId", a.VpcId)
	p.required("SubnetIds", a.SubnetIds)
	p.required("SecurityGroupId", a.SecurityGroupId)
	p.check(1 <= a.TargetPort && a.TargetPort <= 65535, "TargetPort", a.TargetPort, "1-65535")
	p.check(strings.HasPrefix(a.HealthCheckPath, "/") && len(a.HealthCheckPath) <= 1024,
		"HealthCheckPath", a.HealthCheckPath, "a path that starts with /, at most 1024 characters")
	p.check(5 <= a.HealthCheckInterval && a.HealthCheckInterval <= 300,
		"HealthCheckInterval", a.HealthCheckInterval, "5-300 seconds")
	p.check(2 <= a.HealthCheckTimeout && a.HealthCheckTimeout <= 120 &&
		awsmodel.ValidHealthCheck(a.HealthCheckTimeout, a.HealthCheckInterval),
		"HealthCheckTimeout", a.HealthCheckTimeout, "2-120 seconds, less than HealthCheckInterval")
	p.check(2 <= a.HealthyThreshold && a.HealthyThreshold <= 10, "HealthyThreshold", a.HealthyThreshold, "2-10 checks")
	p.check(2 <= a.UnhealthyThreshold && a.UnhealthyThreshold <= 10,
		"UnhealthyThreshold", a.UnhealthyThreshold, "2-10 checks")
	p.check(1 <= a.IdleTimeout && a.IdleTimeout <= 4000, "IdleTimeout", a.IdleTimeout, "1-4000 seconds")
	p.check(0 <= *a.DeregistrationDelay && *a.DeregistrationDelay <= 3600,
		"DeregistrationDelay", *a.DeregistrationDelay, "0-3600 seconds")
	a.checkOptions(&p)
	return p.err(albType, name)
}
