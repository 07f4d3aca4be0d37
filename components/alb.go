package components

import (
	"cmp"
	"fmt"
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
	// TargetPort is the port, 1-65535, of targets that are registered without a port. ECS does not use it, because it
	// registers each task with its container's port. A changed TargetPort replaces the target group. Required.
	TargetPort      int                   `pulumi:"targetPort"`
	HealthCheckPath pulumi.StringPtrInput `pulumi:"healthCheckPath,optional"` // Has to answer 200. Defaults to "/".
	// HealthCheckInterval is the time between two checks of a target, in seconds, 5-300. Defaults to 10.
	HealthCheckInterval int `pulumi:"healthCheckInterval,optional"`
	// HealthCheckTimeout is how long an answer may take, in seconds, 2-120. It must be less than the interval. Defaults
	// to 2.
	HealthCheckTimeout int `pulumi:"healthCheckTimeout,optional"`
	HealthyThreshold   int `pulumi:"healthyThreshold,optional"`   // Successful checks in a row, 2-10. Defaults to 2.
	UnhealthyThreshold int `pulumi:"unhealthyThreshold,optional"` // Failed checks in a row, 2-10. Defaults to 2.
	// CertificateArn is an issued ACM certificate in the same region. With it, port 443 serves HTTPS and port 80 redirects
	// to it. Without it, the only listener is plain HTTP on port 80.
	CertificateArn pulumi.StringPtrInput `pulumi:"certificateArn,optional"`
	// AdditionalCertificateArns maps further host names, at most 25, to issued certificates for them. It needs
	// CertificateArn.
	AdditionalCertificateArns map[string]pulumi.StringInput `pulumi:"additionalCertificateArns,optional"`
	// SslPolicy defaults to AWS's recommendation, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09.
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
	SslPolicy string `pulumi:"sslPolicy,optional"`
	// IdleTimeout in seconds, 1-4000. Defaults to 120: LiveView sends a heartbeat every 30 seconds, but browsers limit a
	// background tab to one a minute.
	IdleTimeout         int  `pulumi:"idleTimeout,optional"`
	DeregistrationDelay *int `pulumi:"deregistrationDelay,optional"` // In seconds, 0-3600, defaults to 60.
	// Protect makes deleting or replacing the load balancer an error.
	Protect bool `pulumi:"protect,optional"`
	// AccessLogsBucket is the name of an S3 bucket in the same region whose policy lets load balancers write, for example
	// LogBucket.BucketName. Without it there are no access logs.
	AccessLogsBucket pulumi.StringPtrInput `pulumi:"accessLogsBucket,optional"`
	// AccessLogsPrefix is a folder in the bucket. It must be empty with a LogBucket.
	AccessLogsPrefix string `pulumi:"accessLogsPrefix,optional"`
	// WebAclArn is a regional AWS WAF web ACL in the same region.
	WebAclArn pulumi.StringPtrInput `pulumi:"webAclArn,optional"`
}

// Alb is an internet-facing Application Load Balancer with one target group of IP targets.
type Alb struct {
	pulumi.ResourceState
	children

	DnsName               pulumi.StringOutput `pulumi:"dnsName"` // As AWS returns it: may contain upper-case letters.
	ZoneId                pulumi.StringOutput `pulumi:"zoneId"`
	LoadBalancerArn       pulumi.StringOutput `pulumi:"loadBalancerArn"`
	LoadBalancerArnSuffix pulumi.StringOutput `pulumi:"loadBalancerArnSuffix"`
	// TargetGroupArn waits for the listeners: ECS rejects a target group without one.
	TargetGroupArn       pulumi.StringOutput `pulumi:"targetGroupArn"`
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
}

// Target returns the target group for the arguments of LiveBeatsService, Observability and Autoscaling.
func (alb *Alb) Target() LoadBalancerTarget {
	return LoadBalancerTarget{alb.TargetGroupArn, alb.TargetGroupArnSuffix, alb.LoadBalancerArnSuffix}
}

// LoadBalancerTarget identifies a target group of an Application Load Balancer. Alb.Target returns one.
type LoadBalancerTarget struct {
	TargetGroupArn pulumi.StringInput `pulumi:"targetGroupArn"` // Required.
	// TargetGroupArnSuffix and LoadBalancerArnSuffix are the names in CloudWatch and Application Auto Scaling:
	// targetgroup/NAME/ID and app/NAME/ID. Required.
	TargetGroupArnSuffix  pulumi.StringInput `pulumi:"targetGroupArnSuffix"`
	LoadBalancerArnSuffix pulumi.StringInput `pulumi:"loadBalancerArnSuffix"`
}

func (t LoadBalancerTarget) check(p *problems) {
	p.required("Target.TargetGroupArn", t.TargetGroupArn)
	p.required("Target.TargetGroupArnSuffix", t.TargetGroupArnSuffix)
	p.required("Target.LoadBalancerArnSuffix", t.LoadBalancerArnSuffix)
}

// NewAlb creates the load balancer, the target group and the listeners. It names the first two after name, which must
// therefore have at most 21 letters, digits and hyphens.
func NewAlb(ctx *pulumi.Context, name string, args *AlbArgs, opts ...pulumi.ResourceOption) (*Alb, error) {
	a := deref(args)
	if a.HealthCheckPath == nil {
		a.HealthCheckPath = pulumi.String("/")
	}
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
	alb.TargetGroupArn = after(alb.TargetGroupArn, alb.declared...)
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
		// AWS cannot move a load balancer to another VPC, but the provider does not replace it. The trigger does.
	}, under(alb), pulumi.Protect(a.Protect), pulumi.ReplacementTrigger(a.VpcId.ToStringOutput()))
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
			Path:               a.HealthCheckPath,
			Matcher:            pulumi.String("200"),
			HealthyThreshold:   pulumi.Int(a.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(a.UnhealthyThreshold),
			Timeout:            pulumi.Int(a.HealthCheckTimeout),
			Interval:           pulumi.Int(a.HealthCheckInterval),
		},
	}, under(alb))
	if err != nil {
		return err
	}
	alb.TargetGroupArn, alb.TargetGroupArnSuffix = child.Arn, child.ArnSuffix
	return nil
}

// AWS allows 32 characters. Of these, "-lb" and Pulumi's "-" with 7 hex digits use 11.
var albNameRule = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z-]{0,20}$`)

func (a AlbArgs) check(name string) error {
	var p problems
	p.check(albNameRule.MatchString(name), "name", name, "1-21 letters, digits and hyphens, not starting with a hyphen")
	p.check(!strings.HasPrefix(name, "internal-"), "name", name, "without the prefix internal-")
	p.required("VpcId", a.VpcId)
	p.required("SubnetIds", a.SubnetIds)
	p.required("SecurityGroupId", a.SecurityGroupId)
	p.within("TargetPort", a.TargetPort, awsmodel.Port)
	p.matchKnown("HealthCheckPath", a.HealthCheckPath, awsmodel.HealthCheckPath)
	p.within("HealthCheckInterval", a.HealthCheckInterval, awsmodel.HealthCheckInterval)
	p.within("HealthCheckTimeout", a.HealthCheckTimeout, awsmodel.HealthCheckTimeout)
	p.check(awsmodel.ValidHealthCheck(a.HealthCheckTimeout, a.HealthCheckInterval), "HealthCheckTimeout",
		a.HealthCheckTimeout, fmt.Sprintf("less than HealthCheckInterval, %d", a.HealthCheckInterval))
	p.within("HealthyThreshold", a.HealthyThreshold, awsmodel.HealthyThreshold)
	p.within("UnhealthyThreshold", a.UnhealthyThreshold, awsmodel.HealthyThreshold)
	p.within("IdleTimeout", a.IdleTimeout, awsmodel.IdleTimeout)
	p.within("DeregistrationDelay", *a.DeregistrationDelay, awsmodel.DeregistrationDelay)
	p.match("SslPolicy", a.SslPolicy, awsmodel.TLSPolicy)
	p.matchKnown("CertificateArn", a.CertificateArn, awsmodel.CertificateARN)
	p.matchKnown("WebAclArn", a.WebAclArn, awsmodel.WebACLARN)
	a.checkOptions(&p)
	return p.err(albType, name)
}
