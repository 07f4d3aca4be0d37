package config

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
)

// Numbers of database connections and of tasks that open them.
const (
	reposPerTask   = livebeats.Repos
	rolloutPercent = 200 // Old and new tasks together during a deployment, as a share of the desired number.
	forOperators   = 2   // For psql, or for the pool of `bin/live_beats eval` in a shell of ECS Exec.
	defaultPool    = 5   // Half of what db.t4g.micro allows two tasks: an existing database may have other clients.
	largestPool    = 10  // The app's own default.
)

// connections returns the largest number of connections that the tasks hold at once. Migrations do not add to it: a
// task opens its pools after its migration.
func connections(poolSize, tasks int) int {
	return reposPerTask * poolSize * tasks * rolloutPercent / 100
}

// budget returns how many connections the stack's own database has for the tasks. ok is false if the stack creates no
// database, or if the limit of its class is not known.
func (c *Config) budget() (most int, ok bool) {
	if c.Database.Mode != DatabaseCreate {
		return 0, false
	}
	most, ok = awsmodel.MaxDBConnections(c.Database.InstanceClass)
	return most - awsmodel.ReservedDBConnections - forOperators, ok
}

// mostTasks returns the largest number of tasks outside of a deployment.
func (c *Config) mostTasks() int {
	most := c.Service.DesiredCount
	if c.Autoscaling.Max == 0 {
		return most
	}
	most = max(most, c.Autoscaling.Max)
	for _, s := range c.Autoscaling.Schedules {
		most = max(most, s.Max)
	}
	return most
}

// choosePool returns the largest pool size that the stack's own database allows.
func (c *Config) choosePool() int {
	most, ok := c.budget()
	if !ok {
		return defaultPool
	}
	return max(1, min(largestPool, most/max(1, connections(1, c.mostTasks()))))
}

// checkConnections compares the connections of the tasks with the database's limit. PostgreSQL refuses further ones
// (FATAL 53300), which would first happen during a deployment.
func (d *decoder) checkConnections(c *Config) {
	most, ok := c.budget()
	pool, tasks, class := c.Service.PoolSize, c.mostTasks(), c.Database.InstanceClass
	needed := connections(pool, tasks)
	if !ok || needed <= most {
		return
	}
	sum := fmt.Sprintf("%d repos x %d x %d tasks x %d %% during a deployment need %d connections, but %s has %d for "+
		"the tasks", reposPerTask, pool, tasks, rolloutPercent, needed, class, most)
	if fits := most / connections(1, tasks); fits > 0 {
		d.reject(ownKey("service.poolSize"), pool, fmt.Sprintf("must be at most %d: %s", fits, sum))
		return
	}
	d.reject(ownKey("database.instanceClass"), class,
		fmt.Sprintf("choose a larger class, or run at most %d tasks: %s", most/connections(1, 1), sum))
}
