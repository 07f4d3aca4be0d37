package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/verify"
)

// epmdPort is where Erlang's port mapper listens in every task.
const epmdPort = 4369

// validate checks what one field alone cannot show.
func (d *decoder) validate(c *Config) {
	d.checkStack(c.Stack)
	d.checkRegion("tls.certificateArn", "a certificate", certificateARN, c.TLS.CertificateARN, c.Region)
	d.checkRegion("kmsKeyArn", "a key", kmsKeyARN, c.KMSKeyARN, c.Region)
	d.checkRegion("webAclArn", "a web ACL", webACLARN, c.WebACLARN, c.Region)
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

// checkStack: the stack's name is part of SSM paths and of AWS names.
func (d *decoder) checkStack(name string) {
	if rule := formats["stack"]; !rule.valid(name) {
		d.reject("stack name", name, "must be "+rule.allowed)
	} else if reservedByAWS.MatchString(name) {
		d.reject("stack name", name, "must not start with aws or ssm, which SSM refuses in paths")
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
	if s.DistributionPorts.Contains(epmdPort) {
		d.reject(ownKey("service.distributionPorts"), s.DistributionPorts.String(), "must not hold 4369, the port of epmd")
	}
	switch {
	case s.Port == epmdPort:
		d.reject(ownKey("service.port"), s.Port, "must not be 4369, the port of epmd")
	case s.DistributionPorts.Contains(s.Port):
		d.reject(ownKey("service.port"), s.Port, "must not be one of distributionPorts, "+s.DistributionPorts.String())
	}
}

func (d *decoder) checkPolicy(policy map[string]string) {
	for _, id := range slices.Sorted(maps.Keys(policy)) {
		if err := (verify.Levels{id: verify.Level(policy[id])}).Check(); err != nil {
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
