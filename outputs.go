package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/components"
)

// recordTTL is how long resolvers may keep the host's record, in seconds.
const recordTTL = 300

// outputs are what the stack's outputs are made of.
type outputs struct {
	tls        *tls
	repository *components.Repository // Nil unless the stack has one of its own.
	cluster    *components.EcsCluster
	groups     *components.SecurityGroups
	data       data
	alb        *components.Alb
	service    *components.LiveBeatsService
}

// export declares the stack's outputs.
func (s *stack) export(o outputs) {
	ctx := s.ctx
	url := pulumi.Sprintf("%s://%s", o.tls.scheme(), s.host(o.alb))
	ctx.Export("url", url)
	ctx.Export("albDnsName", o.alb.DnsName)
	ctx.Export("albZoneId", o.alb.ZoneId)
	ctx.Export("dnsRecords", dnsRecords(o.tls, o.alb))
	ctx.Export("oauthHomepageUrl", url)
	ctx.Export("oauthCallbackUrl", pulumi.Sprintf("%s/oauth/callbacks/github", url))
	ctx.Export("clusterName", o.cluster.ClusterName)
	ctx.Export("serviceName", o.service.ServiceName)
	ctx.Export("serviceArn", o.service.ServiceArn)
	ctx.Export("taskDefinitionArn", deployed(ctx, o.service))
	ctx.Export("logGroupName", o.service.LogGroupName)
	ctx.Export("execCommand", s.execCommand(o, "/bin/sh"))
	ctx.Export("consoleCommand", s.execCommand(o, "'/app/bin/live_beats remote'"))
	ctx.Export("serviceSecurityGroupId", o.groups.ServiceSecurityGroupId)
	if o.data.database != nil {
		ctx.Export("databaseEndpoint", o.data.database.Endpoint)
	}
	if o.repository != nil {
		ctx.Export("repositoryUrl", o.repository.RepositoryUrl)
	}
}

// dnsRecords are the records to make at any DNS provider, or from a StackReference: those that lead to the load
// balancer, and those that AWS issues and renews the certificates by. None without a host, or with a zone, where they
// are made.
func dnsRecords(tls *tls, alb *components.Alb) pulumi.Array {
	records := pulumi.Array{}
	if tls.zone != nil {
		return records
	}
	for _, host := range tls.hosts {
		records = append(records, pulumi.Map{
			"name":  pulumi.String(host),
			"type":  pulumi.String("CNAME"),
			"value": alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput),
			"ttl":   pulumi.Int(recordTTL),
		})
	}
	return append(records, tls.validation...)
}

// execCommand runs a command in a running task; it needs the AWS CLI and its Session Manager plugin.
func (s *stack) execCommand(o outputs, command string) pulumi.StringOutput {
	return pulumi.Sprintf("aws ecs execute-command --region %[1]s --cluster %[2]s --container live-beats --interactive "+
		"--command %[4]s --task \"$(aws ecs list-tasks --region %[1]s --cluster %[2]s --service-name %[3]s "+
		"--query 'taskArns[0]' --output text)\"", s.account.Region, o.cluster.ClusterName, o.service.ServiceName, command)
}
