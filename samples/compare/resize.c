#define _GNU_SOURCE
#include <sys/mman.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
static long len; static int n;
static void *run(void *x){ for(int i=0;i<n;i++){ char*p=mmap(0,len,PROT_READ|PROT_WRITE,MAP_PRIVATE|MAP_ANONYMOUS,-1,0); for(long o=0;o<len;o+=4096)p[o]=1; mprotect(p,len,PROT_READ); mprotect(p,len,PROT_READ|PROT_WRITE); munmap(p,len);} return 0;}
int main(int c,char**v){ len=atol(v[1])*4096; n=atoi(v[2]); pthread_t t[2]; for(int i=0;i<2;i++)pthread_create(t+i,0,run,0); for(int i=0;i<2;i++)pthread_join(t[i],0); return 0;}
