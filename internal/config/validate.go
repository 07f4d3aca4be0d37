package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/enforcement"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// validate checks what one field alone cannot show.
func (d *decoder) validate(c *Config) {
	d.checkStack(c.Stack)
	d.checkPartition(c.Region)
	d.checkRegion("tls.certificateArn", "a certificate", c.TLS.CertificateARN, c.Region)
	d.checkRegion("kmsKeyArn", "a key", c.KMSKeyARN, c.Region)
	d.checkRegion("webAclArn", "a web ACL", c.WebACLARN, c.Region)
	d.checkTLS(c)
	d.checkPolicy(c.Policy)
	d.checkVariables(c)
	d.checkSecrets(c)
	d.checkNetwork(c.Network)
	d.checkFargate(c.Service)
	d.checkPorts(c.Service)
	d.checkDatabase(c.Database)
	d.checkHealthCheck(c.Service)
	d.checkStorage(c.Database)
	d.checkWayOut(c)
	d.checkAutoscaling(c)
	d.checkConnections(c)
	d.checkRetention(c.Observability.LogRetentionDays)
	d.checkImage(c)
	d.checkBudget(c.Observability)
	d.checkTags(c.Tags)
}

func (d *decoder) checkStack(name string) {
	if !stackName.MatchString(name) {
		d.reject("stack name", name,
			"must be at most 100 letters, digits and hyphens, starting with a letter, not ending with a hyphen")
	} else if awsmodel.ReservedParameter(name) {
		d.reject("stack name", name, "must not start with aws or ssm, which SSM refuses in paths")
	}
}

func (d *decoder) checkPartition(region string) {
	if err := awsmodel.CheckPartition(awsmodel.Partition(region)); err != nil {
		d.reject("aws:region", region, err.Error())
	}
}

func (d *decoder) checkFargate(s Service) {
	sizes := awsmodel.FargateMemory(s.CPU)
	if sizes == nil {
		d.reject(ownKey("service.cpu"), s.CPU, "must be one of "+list(awsmodel.FargateCPU()))
	} else if awsmodel.ValidFargateSize(s.CPU, s.Memory) != nil {
		d.reject(ownKey("service.memory"), s.Memory, fmt.Sprintf("must be one of %s with cpu %d", list(sizes), s.CPU))
	}
}

func (d *decoder) checkHealthCheck(s Service) {
	if !awsmodel.ValidHealthCheck(s.HealthCheckTimeout, s.HealthCheckInterval) {
		d.reject(ownKey("service.healthCheckTimeout"), s.HealthCheckTimeout,
			fmt.Sprintf("must be less than healthCheckInterval, %d", s.HealthCheckInterval))
	}
}

func (d *decoder) checkPorts(s Service) {
	if s.DistributionPorts.Contains(livebeats.EpmdPort) {
		d.reject(ownKey("service.distributionPorts"), s.DistributionPorts.String(), "must not hold 4369, the port of epmd")
	}
	switch {
	case s.Port == livebeats.EpmdPort:
		d.reject(ownKey("service.port"), s.Port, "must not be 4369, the port of epmd")
	case s.DistributionPorts.Contains(s.Port):
		d.reject(ownKey("service.port"), s.Port, "must not be one of distributionPorts, "+s.DistributionPorts.String())
	}
}

func (d *decoder) checkPolicy(policy map[string]string) {
	for _, id := range slices.Sorted(maps.Keys(policy)) {
		if err := enforcement.Check(id, policy[id]); err != nil {
			d.reject(ownKey("policy."+id), policy[id], err.Error())
		}
	}
}

func (d *decoder) checkRetention(days int) {
	if !slices.Contains(awsmodel.LogRetentionDays, days) {
		d.reject(ownKey("observability.logRetentionDays"), days, "must be one of "+list(awsmodel.LogRetentionDays))
	}
}

func ownKey(name string) string { return fullKey(Namespace+":", name) }

func list(numbers []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}
