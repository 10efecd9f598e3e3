// floor.c: the floor under any decoder of ftrace text: two threads find each line's CPU, time, event name and first number, and add them up.
// What it prints depends on every field, so nothing is skipped: events, and a sum of times, numbers and names.
// gcc -O2 -pthread -o floor docs/floor.c; ./floor large.txt
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 20 };
static int file;
static off_t next, size;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
struct sums { uint64_t events, cpus, times, numbers, names; };

static const char *number(const char *p, const char *end, uint64_t *value)
{
	uint64_t n = 0;
	if (end - p > 2 && p[0] == '0' && p[1] == 'x')
		for (p += 2; p < end; p++) {
			unsigned c = (unsigned char)*p, digit = c - '0' < 10 ? c - '0' : (c | 32) - 'a' < 6 ? (c | 32) - 'a' + 10 : 16;
			if (digit > 15) break;
			n = n << 4 | digit;
		}
	else
		for (; p < end && (unsigned char)(*p - '0') < 10; p++) n = n * 10 + (*p - '0');
	*value = n;
	return p;
}

// TASK-PID [CPU] FLAGS SECONDS.MICROSECONDS: NAME: KEY=VALUE...
static void line(const char *p, const char *end, struct sums *sums)
{
	uint64_t cpu, seconds, micros, value = 0;
	const char *bracket = memchr(p, '[', end - p);
	if (!bracket || *p == '#') return;
	p = number(bracket + 1, end, &cpu);
	if (p >= end || *p++ != ']') return;
	while (p < end && *p == ' ') p++;
	while (p < end && *p != ' ') p++; // flags
	while (p < end && *p == ' ') p++;
	p = number(p, end, &seconds);
	if (p >= end || *p++ != '.') return;
	p = number(p, end, &micros);
	if (p >= end || *p++ != ':') return;
	uint64_t name = 14695981039346656037u;
	for (p++; p < end && *p != ':' && *p != '('; p++) name = (name ^ (unsigned char)*p) * 1099511628211u;
	const char *equals = p < end ? memchr(p, '=', end - p) : NULL;
	if (equals) number(equals + 1, end, &value);
	sums->events++;
	sums->cpus += cpu;
	sums->times += seconds * 1000000 + micros;
	sums->numbers += value;
	sums->names += name;
}

// A line belongs to the chunk in which it begins.
static void *decode(void *arg)
{
	struct sums *sums = arg;
	char *buffer = malloc(CHUNK + 65536 + 1);
	for (;;) {
		pthread_mutex_lock(&lock);
		off_t from = next;
		next += CHUNK;
		pthread_mutex_unlock(&lock);
		if (from >= size) break;
		off_t begin = from ? from - 1 : 0;
		ssize_t n = pread(file, buffer, CHUNK + 65536, begin);
		const char *end = buffer + n, *stop = buffer + (from - begin) + CHUNK, *p = buffer;
		if (from && (p = memchr(buffer, '\n', n))) p++;
		while (p && p < end && p < stop) {
			const char *newline = memchr(p, '\n', end - p);
			line(p, newline ? newline : end, sums);
			p = newline ? newline + 1 : end;
		}
	}
	free(buffer);
	return NULL;
}

int main(int argc, char **argv)
{
	struct stat st;
	struct sums sums[2] = {0};
	pthread_t threads[2];
	if (argc != 2 || (file = open(argv[1], O_RDONLY)) < 0 || fstat(file, &st)) {
		fprintf(stderr, "usage: floor CAPTURE\n");
		return 2;
	}
	size = st.st_size;
	for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, decode, &sums[i]);
	for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
	printf("%lu events, cpus %lu, times %lu, numbers %lx, names %lx\n", sums[0].events + sums[1].events, sums[0].cpus + sums[1].cpus, sums[0].times + sums[1].times,
		sums[0].numbers + sums[1].numbers, sums[0].names + sums[1].names);
	return 0;
}
