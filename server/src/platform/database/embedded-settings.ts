/**
 * Given on the command line at each start, so that an old data folder gets today's settings. Small and quiet: one
 * machine, one application, speech engines beside it that need the memory more.
 */
export const embeddedSettings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  max_wal_size: '512MB',
  random_page_cost: '1.1',
  jit: 'off',
  // Processes that would idle: workers for asynchronous reads, replication, a second and third vacuum.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_wal_senders: '0',
  autovacuum_max_workers: '1',
  max_parallel_workers_per_gather: '1',
  idle_in_transaction_session_timeout: '60s',
  // What a killed process was waiting for is given up, and its locks with it.
  client_connection_check_interval: '2s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // What users said or wrote must not reach a log: no statements, no DETAIL lines, no rejected rows.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
}

export const settingArguments = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
