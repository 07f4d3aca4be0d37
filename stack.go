package main

import (
	"maps"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// architectures are the config's names of CPU architectures in ECS's spelling.
var architectures = map[string]string{"x86_64": "X86_64", "arm64": "ARM64"}

// maxBaseName leaves room for the longest name that is made of it: 32 characters for load balancers and target groups,
// less "-tg" and the generated "-1a2b3c4".
const maxBaseName = 21

// baseName is the name of every component: project and stack.
func baseName(ctx *pulumi.Context) string {
	return awsmodel.FitName(ctx.Project()+"-"+ctx.Stack(), maxBaseName)
}

func logGroupName(name string) string { return "/ecs/" + name }

// tags are what everything carries that takes tags. The owner is a person or a team; the rest is how bills and searches
// tell stacks apart.
func tags(ctx *pulumi.Context, cfg *config.Config) map[string]string {
	all := map[string]string{"Project": ctx.Project(), "Stack": ctx.Stack()}
	if cfg.Owner != "" {
		all["Owner"] = cfg.Owner
	}
	maps.Copy(all, cfg.Tags)
	return all
}

// newRepository makes the repository for the image, or none. No task waits for it: an image has to be pushed first.
func newRepository(ctx *pulumi.Context, name string, cfg *config.Config) (*components.Repository, error) {
	if cfg.Repository.Name == "" {
		return nil, nil
	}
	return components.NewRepository(ctx, name, &components.RepositoryArgs{
		RepositoryName: cfg.Repository.Name, KeepTagged: cfg.Repository.KeepImages, Protect: cfg.Protect,
	})
}

// lookupAccount finds out once where the stack lives.
func lookupAccount(ctx *pulumi.Context) (components.Account, error) {
	identity, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{})
	if err != nil {
		return components.Account{}, err
	}
	region, err := aws.GetRegion(ctx, &aws.GetRegionArgs{})
	if err != nil {
		return components.Account{}, err
	}
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{})
	if err != nil {
		return components.Account{}, err
	}
	return components.Account{Id: identity.AccountId, Region: region.Name, Partition: partition.Partition}, nil
}

func networkArgs(
	cfg *config.Config, account components.Account, observed []components.Observed,
) *components.NetworkArgs {
	args := &components.NetworkArgs{
		Observed:  observed,
		Mode:      components.NetworkMode(cfg.Network.Mode),
		VpcId:     optional(cfg.Network.VPCID),
		Placement: components.Placement(cfg.Network.Placement),
	}
	if cfg.Network.Mode == config.NetworkDedicated {
		args.Account = account
		args.Zones = cfg.Network.Zones
		args.NatGateways = components.NatGateways(cfg.Network.NATGateways)
		args.Endpoints, args.FlowLogs = cfg.Network.Endpoints, cfg.Network.FlowLogs
		args.ExecKey, args.SignInOff = execKey(cfg) != nil, !cfg.GithubSignIn
	}
	if cfg.Network.PublicSubnetIDs != nil {
		args.PublicSubnetIds = pulumi.ToStringArray(cfg.Network.PublicSubnetIDs)
	}
	if cfg.Network.PrivateSubnetIDs != nil {
		args.PrivateSubnetIds = pulumi.ToStringArray(cfg.Network.PrivateSubnetIDs)
	}
	return args
}

// extraStorage is 0 for the disk that every task has.
func extraStorage(gib int) int {
	const usual = 20
	if gib == usual {
		return 0
	}
	return gib
}

// publicHost is what browsers will send as the host: the configured name, else the load balancer's in lower case.
// Phoenix compares it with the browser's origin letter by letter.
func publicHost(cfg *config.Config, alb *components.Alb) pulumi.StringOutput {
	if cfg.Host != "" {
		return pulumi.String(cfg.Host).ToStringOutput()
	}
	return alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput)
}

// execKey is the key of ECS Exec sessions.
func execKey(cfg *config.Config) pulumi.StringPtrInput {
	if !cfg.Service.Exec || cfg.KMSKeyARN == "" {
		return nil
	}
	return pulumi.String(cfg.KMSKeyARN)
}

// optional is nil for an empty string: components decide by nil what exists.
func optional(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}
