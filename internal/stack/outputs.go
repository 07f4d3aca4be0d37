package stack

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumix"
)

// recordTTL is the TTL of the hosts' DNS records, in seconds.
const recordTTL = 300

// Export declares the stack's outputs. It also warns about data that is encrypted with another key than the config's.
func (s *Stack) Export(p *Parts) {
	s.warnOfKeys(p)
	ctx := s.ctx
	url := pulumi.Sprintf("%s://%s", s.scheme(), s.host(p.Alb))
	ctx.Export("url", url)
	ctx.Export("albDnsName", p.Alb.DnsName)
	ctx.Export("albZoneId", p.Alb.ZoneId)
	ctx.Export("dnsRecords", s.dnsRecords(p))
	ctx.Export("oauthHomepageUrl", url)
	ctx.Export("oauthCallbackUrl", pulumi.Sprintf("%s/oauth/callbacks/github", url))
	ctx.Export("clusterName", p.Cluster.ClusterName)
	ctx.Export("serviceName", p.Service.ServiceName)
	ctx.Export("serviceArn", p.Service.ServiceArn)
	ctx.Export("taskDefinitionArn", p.Service.TaskDefinitionArn)
	ctx.Export("logGroupName", p.Service.LogGroupName)
	ctx.Export("execCommand", s.execCommand(p, "/bin/sh"))
	ctx.Export("consoleCommand", s.execCommand(p, "'/app/bin/live_beats remote'"))
	ctx.Export("serviceSecurityGroupId", p.Groups.ServiceSecurityGroupId)
	if p.Database != nil {
		ctx.Export("databaseEndpoint", p.Database.Endpoint)
	}
	if p.Repository != nil {
		ctx.Export("repositoryUrl", p.Repository.RepositoryUrl)
	}
}

// dnsRecords returns the records for the user to create, at any DNS provider or from a StackReference. They point the
// hosts to the load balancer, and they let AWS issue and renew the certificates. There are none without a host, and
// none with a hosted zone, in which the stack creates the records itself.
func (s *Stack) dnsRecords(p *Parts) pulumi.MapArrayOutput {
	records := pulumi.MapArray{}
	if s.HasDNSRecords() {
		return records.ToMapArrayOutput()
	}
	for _, host := range s.Config.Hosts() {
		records = append(records, pulumi.Map{
			"name":  pulumi.String(host),
			"type":  pulumi.String("CNAME"),
			"value": p.Alb.DnsName.ApplyT(strings.ToLower).(pulumi.StringOutput),
			"ttl":   pulumi.Int(recordTTL),
		})
	}
	if p.Certificates == nil {
		return records.ToMapArrayOutput()
	}
	return pulumix.Cast[pulumi.MapArrayOutput](pulumix.Apply2(records.ToMapArrayOutput(), p.Certificates.ValidationRecords,
		func(hosts, validation []map[string]any) []map[string]any { return append(hosts, validation...) }))
}

// execCommand returns a shell command that runs a command in a running task. It needs the AWS CLI and its Session
// Manager plugin.
func (s *Stack) execCommand(p *Parts, command string) pulumi.StringOutput {
	return pulumi.Sprintf("aws ecs execute-command --region %[1]s --cluster %[2]s --container live-beats --interactive "+
		"--command %[4]s --task \"$(aws ecs list-tasks --region %[1]s --cluster %[2]s --service-name %[3]s "+
		"--query 'taskArns[0]' --output text)\"", s.Account.Region, p.Cluster.ClusterName, p.Service.ServiceName, command)
}
