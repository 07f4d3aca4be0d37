package components

const (
	minute      = 60
	fiveMinutes = 5 * minute
	gibibyte    = 1 << 30
)

// alarms returns all alarms of Observability. Those for rollbacks come first.
func (a ObservabilityArgs) alarms() []alarm {
	alarms := append(a.rollbackAlarms(), a.serviceAlarms()...)
	if a.DatabaseIdentifier != nil {
		alarms = append(alarms, a.databaseAlarms()...)
	}
	return alarms
}

// rollbackAlarms returns the alarms that detect a bad release within minutes, from what users experience. They use only
// metrics of the load balancer, because the service has to name them and is created after them.
func (a ObservabilityArgs) rollbackAlarms() []alarm {
	targets := dimensions{"LoadBalancer": a.Target.LoadBalancerArnSuffix, "TargetGroup": a.Target.TargetGroupArnSuffix}
	return []alarm{{
		role: "target-5xx", title: "Errors of the application (5xx)",
		namespace: "AWS/ApplicationELB", metric: "HTTPCode_Target_5XX_Count", dimensions: targets,
		statistic: "Sum", threshold: 10, seconds: minute, datapoints: 2, periods: 3,
		missingData: missingIsGood, // Counted only when there are any.
		description: "The application answers requests with errors. Look at its log.",
	}, {
		role: "unhealthy-hosts", title: "Tasks that fail health checks",
		namespace: "AWS/ApplicationELB", metric: "UnHealthyHostCount", dimensions: targets,
		statistic: "Maximum", threshold: 1, seconds: minute, datapoints: 3, periods: 3,
		missingData: missingIsGood, // Without hosts there is no data. The alarm on running tasks covers that.
		description: "A task does not answer the load balancer's health checks. Look at the service's events and its log.",
	}}
}

func (a ObservabilityArgs) serviceAlarms() []alarm {
	service := dimensions{"ClusterName": a.ClusterName, "ServiceName": a.ServiceName}
	alarms := []alarm{{
		role: "elb-5xx", title: "Errors of the load balancer (5xx)",
		namespace: "AWS/ApplicationELB", metric: "HTTPCode_ELB_5XX_Count",
		dimensions: dimensions{"LoadBalancer": a.Target.LoadBalancerArnSuffix},
		statistic:  "Sum", threshold: 10, seconds: minute, datapoints: 3, periods: 5,
		missingData: missingIsGood, // Counted only when there are any.
		description: "The load balancer finds no healthy task, or tasks that do not answer. Look at the targets' health.",
	}, {
		role: "cpu", title: "CPU of the tasks",
		namespace: "AWS/ECS", metric: "CPUUtilization", dimensions: service,
		statistic: "Average", threshold: 90, seconds: fiveMinutes, datapoints: 3, periods: 3,
		missingData: missingIsGood, // Without tasks there is no data. The alarm on running tasks covers that.
		description: "Tasks use 90 % of their CPU or more. Give them more, or more of them.",
	}, {
		role: "memory", title: "Memory of the tasks",
		namespace: "AWS/ECS", metric: "MemoryUtilization", dimensions: service,
		statistic: "Maximum", threshold: 90, seconds: fiveMinutes, datapoints: 3, periods: 3,
		missingData: missingIsGood, // As for CPU.
		description: "A task uses 90 % of its memory or more, and is stopped when it runs out.",
	}}
	if a.MinTasks == 0 {
		return alarms
	}
	return append(alarms, alarm{
		role: "running-tasks", title: "Running tasks",
		namespace: "ECS/ContainerInsights", metric: "RunningTaskCount", dimensions: service,
		statistic: "Maximum", below: true, threshold: float64(a.MinTasks),
		seconds: minute, datapoints: 5, periods: 5,
		missingData: missingIsBad, // Container Insights counts every minute, zero too. Only a deleted service has no data.
		description: "Fewer tasks run than should. Look at the service's events and at its stopped tasks.",
	})
}

func (a ObservabilityArgs) databaseAlarms() []alarm {
	database := dimensions{"DBInstanceIdentifier": a.DatabaseIdentifier.ToStringPtrOutput().Elem()}
	alarms := []alarm{{
		role: "database-connections", title: "Connections to the database",
		namespace: "AWS/RDS", metric: "DatabaseConnections", dimensions: database,
		statistic: "Maximum", threshold: float64(a.DatabaseMaxConnections) * 0.8,
		seconds: minute, datapoints: 5, periods: 5,
		missingData: missingIsBad, // Counted every minute, zero too. Only an instance that is down has no data.
		description: "80 % of the database's connections are taken, or it does not run. " +
			"Lower POOL_SIZE or the number of tasks.",
	}, {
		role: "database-storage", title: "Free storage of the database",
		namespace: "AWS/RDS", metric: "FreeStorageSpace", dimensions: database,
		statistic: "Minimum", below: true, threshold: gibibyte, seconds: fiveMinutes, datapoints: 3, periods: 3,
		missingData: missingIsGood, // The alarm on connections covers an instance that is down.
		description: "Less than 1 GiB is left: the storage has not grown, or reached its limit. A full database stops.",
	}}
	if !a.DatabaseBurstable {
		return alarms
	}
	return append(alarms, alarm{
		role: "database-credits", title: "CPU credits of the database",
		namespace: "AWS/RDS", metric: "CPUCreditBalance", dimensions: database,
		statistic: "Minimum", below: true, threshold: 20, seconds: fiveMinutes, datapoints: 3, periods: 3,
		missingData: missingIsGood, // As for storage.
		description: "The database used its CPU credits up: from now on it is slow, or costs extra. Choose a larger class.",
	})
}

// logAlarms returns the alarms on messages that Live Beats logs when there is a problem in the infrastructure.
func logAlarms(namespace string) []alarm {
	const count = "Sum"
	return []alarm{{
		role: "connections-refused", title: "Connections refused by the database (FATAL 53300)",
		namespace: namespace, metric: "ConnectionsRefused",
		statistic: count, threshold: 1, seconds: fiveMinutes, datapoints: 1, periods: 1,
		missingData: missingIsGood, // Nothing was logged.
		description: "The database has no connection left (FATAL 53300). Lower POOL_SIZE or the number of tasks.",
	}, {
		role: "nodes-unconnected", title: "Nodes that cannot connect",
		namespace: namespace, metric: "NodesUnconnected",
		// A deployment logs a few of these, about nodes that have just stopped.
		statistic: count, threshold: 1, seconds: fiveMinutes, datapoints: 3, periods: 3,
		missingData: missingIsGood, // Nothing was logged.
		description: "Tasks do not find each other (unable to connect to). Look at their security group and RELEASE_COOKIE.",
	}, {
		role: "origins-refused", title: "Browsers refused for their origin",
		namespace: namespace, metric: "OriginsRefused",
		// Scanners that call the load balancer by its address cause a few.
		statistic: count, threshold: 10, seconds: fiveMinutes, datapoints: 1, periods: 1,
		missingData: missingIsGood, // Nothing was logged.
		description: "LiveView refuses browsers (Could not check origin): the host that they use is not PHX_HOST.",
	}}
}
