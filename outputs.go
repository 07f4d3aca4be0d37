package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
	"github.com/live-beats/live-beats-aws/internal/config"
)

// recordTTL is how long resolvers may keep the host's record, in seconds.
const recordTTL = 300

type outputs struct {
	account components.Account
	host    pulumi.StringOutput
	alb     *components.Alb
	cluster *components.EcsCluster
	groups  *components.SecurityGroups
	service *components.LiveBeatsService
	// database is nil unless the stack has one of its own.
	database *components.Database
}

// export declares the stack's outputs.
func export(ctx *pulumi.Context, cfg *config.Config, o outputs) {
	scheme := "http://"
	if https(cfg) {
		scheme = "https://"
	}
	url := pulumi.Sprintf("%s%s", scheme, o.host)
	ctx.Export("url", url)
	ctx.Export("albDnsName", o.alb.DnsName)
	ctx.Export("albZoneId", o.alb.ZoneId)
	ctx.Export("dnsRecords", dnsRecords(cfg, o.alb))
	ctx.Export("oauthHomepageUrl", url)
	ctx.Export("oauthCallbackUrl", pulumi.Sprintf("%s/oauth/callbacks/github", url))
	ctx.Export("clusterName", o.cluster.ClusterName)
	ctx.Export("serviceName", o.service.ServiceName)
	ctx.Export("serviceArn", o.service.ServiceArn)
	ctx.Export("taskDefinitionArn", deployed(ctx, o.service))
	ctx.Export("logGroupName", o.service.LogGroupName)
	ctx.Export("execCommand", execCommand(o))
	ctx.Export("serviceSecurityGroupId", o.groups.ServiceSecurityGroupId)
	if o.database != nil {
		ctx.Export("databaseEndpoint", o.database.Endpoint)
	}
}

// dnsRecords are the records to make at any DNS provider, or from a StackReference: none without a host of one's own.
func dnsRecords(cfg *config.Config, alb *components.Alb) pulumi.Array {
	if cfg.Host == "" {
		return pulumi.Array{}
	}
	return pulumi.Array{pulumi.Map{
		"name":  pulumi.String(cfg.Host),
		"type":  pulumi.String("CNAME"),
		"value": alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput),
		"ttl":   pulumi.Int(recordTTL),
	}}
}

// execCommand opens a shell in a running task; it needs the AWS CLI and its Session Manager plugin.
func execCommand(o outputs) pulumi.StringOutput {
	return pulumi.Sprintf("aws ecs execute-command --region %[1]s --cluster %[2]s --container live-beats --interactive "+
		"--command /bin/sh --task \"$(aws ecs list-tasks --region %[1]s --cluster %[2]s --service-name %[3]s "+
		"--query 'taskArns[0]' --output text)\"", o.account.Region, o.cluster.ClusterName, o.service.ServiceName)
}
